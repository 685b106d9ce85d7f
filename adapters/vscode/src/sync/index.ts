// Tells the server what the editor shows of a session's document: on launch, and again on each change.
import * as vscode from 'vscode';
import { nameOf } from '../debug/configuration';
import { documentsOf } from '../debug/program';
import { asError } from '../errors';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { ofNotebook, ofText, type SyncArguments } from './payload';

const CLOSED_MS = 1000; // after which a document that was closed is not just being opened under another name
const PAUSE_MS = 250; // what is typed after a pause goes at once, what follows when there is another

const syncs = new WeakMap<NotebookSession, Sync>();

/** Wait until the server knows all that was typed so far. */
export async function synced(session: NotebookSession): Promise<void> {
  await syncs.get(session)?.flush();
}

export function registerSync(parts: Parts): vscode.Disposable {
  const of = (document: vscode.Uri): Sync[] => parts.sessions.all.filter((it) => it.isOf(document)).flatMap((it) => syncs.get(it) ?? []);
  const touch = (document: vscode.Uri): void => of(document).forEach((it) => it.touch());
  const closed = (document: vscode.Uri): void => of(document).forEach((it) => it.closed());
  return vscode.Disposable.from(
    parts.sessions.onDidInitialize((session) => {
      const sync = new Sync(session, parts);
      syncs.set(session, sync);
      if (session.program === '') session.on('process', () => void sync.begin());
      void sync.begin(); // before `launch`: a notebook that was never saved is known by this alone
    }),
    parts.sessions.onDidMove(({ session }) => void syncs.get(session)?.moved()),
    parts.sessions.onDidLaunch((session) => void syncs.get(session)?.launched()),
    parts.sessions.onDidEnd((session) => syncs.get(session)?.dispose()),
    vscode.workspace.onDidChangeNotebookDocument((it) => isEdit(it) && touch(it.notebook.uri)),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) touch(notebookOf(document)?.uri ?? document.uri);
    }),
    vscode.workspace.onDidSaveTextDocument((it) => touch(it.uri)),
    vscode.workspace.onDidCloseTextDocument((it) => closed(it.uri)),
    vscode.workspace.onDidOpenNotebookDocument((it) => touch(it.uri)),
    vscode.workspace.onDidCloseNotebookDocument((it) => closed(it.uri)),
  );
}

class Sync implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();
  private hasSent = false;
  private closing: NodeJS.Timeout | undefined;
  private isBehind = false;

  constructor(private readonly session: NotebookSession, private readonly parts: Parts) {}

  /** Send what is shown; a file that is saved needs nothing. */
  async begin(): Promise<void> {
    const args = this.shown();
    if (args.cells !== undefined || args.text !== undefined) await this.now();
  }

  async launched(): Promise<void> {
    if (!this.hasSent) await this.learn();
  }

  /** The document has another name, which the server is told before all else. */
  async moved(): Promise<void> {
    const { program } = this.session;
    this.sending = this.sending.then(() => this.tellMove(program));
    if (documentsOf(program).length > 0) await this.now(); // else it is about to be opened, if it is at all
  }

  private async tellMove(path: string): Promise<void> {
    const { session } = this;
    await this.parts.sessions.until(session, () => session.isLaunched || session.isEnding);
    if (session.isEnding) return;
    try {
      await session.request('notebookMove', { path });
    } catch (error) {
      this.cannotFollow(path, asError(error).message);
    }
  }

  /** Client and server have different names for the document. */
  private cannotFollow(path: string, why: string): void {
    this.parts.log.warn(`notebookMove: ${why}`);
    if (this.session.isEnding) return;
    void vscode.window.showWarningMessage(
      `The debugger could not follow ${nameOf(path)} to its new name: ${why}. Give it its old name again, or end its `
      + 'session (Shift+F5) and start it again: breakpoints and cells may be wrong until then.',
    );
  }

  /** The document has changed. */
  touch(): void {
    this.isBehind = true;
    if (this.timer === undefined) void this.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.flush();
    }, PAUSE_MS);
  }

  /** The document is not open any more: what it held stays until it is known that it is not to be opened under another name. */
  closed(): void {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => {
      this.closing = undefined;
      this.touch();
    }, CLOSED_MS);
  }

  async flush(): Promise<void> {
    await (this.isBehind ? this.now() : this.sending);
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.closing);
    this.timer = this.closing = undefined;
  }

  /** Ask for the cells of a file that was not sent; the server looks whether it is another. */
  private async learn(): Promise<void> {
    await this.session.request('notebookCells', {}).catch(() => undefined); // there may be none
  }

  private now(): Promise<void> {
    this.isBehind = false;
    this.sending = this.sending.then(() => this.send());
    return this.sending;
  }

  private async send(): Promise<void> {
    const args = this.shown();
    if (args.cells === undefined && args.text === undefined && !this.hasSent) { // the disk is the truth
      if (this.session.isLaunched) await this.learn();
      return;
    }
    if (this.closing !== undefined && documentsOf(this.session.program).length === 0) return;
    this.hasSent = true;
    try {
      await this.session.request('notebookSync', args);
    } catch (error) {
      this.parts.log.warn(`notebookSync: ${String(error)}`);
    }
  }

  private shown(): SyncArguments {
    const { program } = this.session;
    const notebook = vscode.workspace.notebookDocuments.find((it) => !it.isClosed && this.session.isOf(it.uri));
    if (notebook !== undefined) {
      const cells = notebook.getCells().map(({ document, kind, metadata }) => ({
        uri: document.uri.toString(), text: document.getText(), language: document.languageId,
        isMarkup: kind === vscode.NotebookCellKind.Markup, metadata,
      }));
      return ofNotebook(program, cells);
    }
    const document = vscode.workspace.textDocuments.find((it) => !it.isClosed && this.session.isOf(it.uri));
    return ofText(program, document && { text: document.getText(), isDirty: document.isDirty });
  }
}

/** Whether cells or their names changed, not only what they print. */
function isEdit({ contentChanges, cellChanges }: vscode.NotebookDocumentChangeEvent): boolean {
  return contentChanges.length > 0 || cellChanges.some((it) => it.metadata !== undefined || it.document !== undefined);
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.notebookDocuments.find((it) => it.getCells().some((cell) => cell.document === document));
}
