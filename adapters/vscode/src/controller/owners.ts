// Whose a notebook's kernel is: a notebook has one, which a debugger takes over and gives back, or ends.
import * as vscode from 'vscode';
import { nameOf, type Configuration } from '../debug/configuration';
import { isNotebook, programOfUri } from '../debug/program';
import { start } from '../debug/start';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { shutDown, stopWaiting } from '../shutDown';

const MOVED_MS = 1000;

/** Keep the rules; `letGo` is called with a session that is ended by them: its cells may run in another one at once. */
export function registerOwners(parts: Parts, letGo: (session: NotebookSession) => void): vscode.Disposable {
  const owners = new Owners(parts, letGo);
  return vscode.Disposable.from(
    parts.sessions.onDidLaunch((it) => owners.launched(it)),
    parts.sessions.onDidEnd((it) => owners.ended(it)),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.length > 0 && owners.endClosed()),
    vscode.workspace.onDidRenameFiles(({ files }) => files.forEach((it) => owners.renamed(it.oldUri, it.newUri))),
    owners,
  );
}

/** Whether cells can be debugged in a session; else its kernel must be taken over by one in which they can. */
export function canDebug(session: NotebookSession): boolean {
  return !session.isQuiet && session.debug.configuration.noDebug !== true;
}

/** End a session in which nothing stops; return one with a debugger that has taken its kernel over. */
export async function takeOver(parts: Parts, session: NotebookSession, notebook: { uri: vscode.Uri }): Promise<NotebookSession> {
  const { kernelId } = session; // another kernel of the notebook may be waiting
  const { console = 'internalConsole', orphanTimeout, whenDone } = session.debug.configuration as Configuration;
  if (console !== 'internalConsole' || orphanTimeout === 0 || whenDone === 'end') {
    throw new Error(`${nameOf(session.program)} runs without a debugger, in a kernel that ends with it: end it first (Shift+F5).`);
  }
  await session.debug.customRequest('disconnect', { terminateDebuggee: kernelId === undefined });
  await parts.sessions.until(session, () => false);
  return start(parts, notebook.uri, kernelId === undefined ? { looksRunning: true } : { looksRunning: true, kernelId });
}

class Owners implements vscode.Disposable {
  private closing: NodeJS.Timeout | undefined;

  constructor(private readonly parts: Parts, private readonly letGo: (session: NotebookSession) => void) {}

  dispose(): void {
    clearTimeout(this.closing);
  }

  /** What is debugged runs anew, in a kernel of its own: an older one would only be confused with it. */
  launched(session: NotebookSession): void {
    const others = this.parts.sessions.all.filter((it) => it !== session && it.program === session.program && !it.isEnding);
    if (session.isQuiet) {
      if (others.some((it) => !it.isQuiet && it.isLaunched)) void this.end(session);
      this.endClosed(); // it may have been closed meanwhile
    } else {
      const hasOne = documentsOf(session).some(isNotebook); // a script may run twice at once
      for (const it of others) if (it.isQuiet || (hasOne && it.isLaunched)) void this.end(it);
    }
  }

  /** A kernel that a session with a debugger has taken over goes on without one. */
  ended(session: NotebookSession): void {
    const { kernelId, program } = session;
    if (!session.keepsKernel || !session.isLeaving || kernelId === undefined) return;
    const [notebook] = documentsOf(session);
    const isWanted = notebook !== undefined && isInTab(session) && this.parts.sessions.of(notebook) === undefined;
    const done = isWanted ? start(this.parts, notebook, { quiet: true, kernelId }) : stopWaiting(this.parts, program, kernelId);
    done.catch((error: unknown) => this.parts.log.error(`${program}: ${String(error)}`));
  }

  /** A notebook that is in no tab needs its hidden kernel no more: nobody could reach it. */
  endClosed(): void {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => { // a tab that is moved is closed and opened
      for (const it of this.parts.sessions.all) if (it.isQuiet && it.isLaunched && !isInTab(it)) void this.end(it);
    }, MOVED_MS);
  }

  /** A kernel knows its notebook by its path: say what becomes of it. */
  renamed(from: vscode.Uri, to: vscode.Uri): void {
    for (const session of this.parts.sessions.all) {
      const old = programOfUri(from);
      const isIn = session.program.startsWith(`${old}/`) || session.program.startsWith(`${old}\\`);
      if (session.isEnding || (session.program !== old && !isIn)) continue;
      const now = programOfUri(to) + session.program.slice(old.length);
      const names = `${nameOf(session.program)} is ${isIn ? now : nameOf(now)} now.`;
      const what = session.isQuiet
        ? 'Its kernel, which knows the old name, has ended: run a cell to start another.'
        : 'The debugger knows the old name and is not told what you edit: end it and start it again.';
      void vscode.window.showWarningMessage(`${names} ${what}`);
      if (session.isQuiet) void this.end(session);
    }
  }

  private async end(session: NotebookSession): Promise<void> {
    this.letGo(session);
    await shutDown(this.parts, session);
  }
}

/** The documents that are open, a notebook before a text, that a session is of. */
function documentsOf(session: NotebookSession): vscode.Uri[] {
  const { notebookDocuments, textDocuments } = vscode.workspace;
  return [...notebookDocuments, ...textDocuments].map((it) => it.uri).filter((it) => session.isOf(it));
}

function isInTab(session: NotebookSession): boolean {
  const inputs = vscode.window.tabGroups.all.flatMap((it) => it.tabs.map((tab) => tab.input));
  return inputs.some((it) => (it instanceof vscode.TabInputNotebook || it instanceof vscode.TabInputText) && session.isOf(it.uri));
}
