// A document that gets another name, and takes its kernel along: it is saved for the first time or under another name,
// renamed, or moved, alone or with its folder. Nothing is lost, and so nothing is asked.
import * as vscode from 'vscode';
import { isUntitled, nameOf } from '../debug/configuration';
import { programOfUri } from '../debug/program';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { filled } from './filled';
import { bringBreakpoints, sourceBreakpoints } from './movedBreakpoints';

const TOGETHER_MS = 1000; // within which an editor has taken the place of another
const WRITTEN_MS = 10_000; // how old a file may be that was just saved
const RENAMING_MS = 60_000; // VS Code does not tell when a file could not be renamed

export function registerMoves(parts: Parts): vscode.Disposable {
  const moves = new Moves(parts);
  return vscode.Disposable.from(
    vscode.workspace.onWillRenameFiles(({ files }) => files.forEach((it) => moves.renaming(it.oldUri))),
    vscode.workspace.onDidRenameFiles(({ files }) => files.forEach((it) => moves.renamed(it.oldUri, it.newUri))),
    vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => void moves.tabsChanged(opened, closed)),
    vscode.workspace.onDidCloseNotebookDocument((it) => moves.closed(it.uri, textsOf(it))),
    vscode.workspace.onDidCloseTextDocument((it) => moves.closed(it.uri, [it.getText()])),
  );
}

/** A document that was opened or closed, and when. */
interface Seen {
  uri: vscode.Uri;
  atMs: number;
}

/** How it was before a rename. */
interface Before {
  /** VS Code takes those of a file away. */
  breakpoints: vscode.SourceBreakpoint[];
  /** The server's names of the notebooks with changes that are not saved. */
  unsaved: string[];
  atMs: number;
}

class Moves {
  private opened: Seen[] = [];
  private gone: Seen[] = [];
  private readonly texts = new Map<string, string[]>(); // by URI: of documents that were closed just now

  private readonly willBe = new Map<string, Before>(); // by the server's names of what is being renamed, files and folders

  private readonly stayed = new WeakSet<NotebookSession>(); // of which it was said that they keep their old name

  constructor(private readonly parts: Parts) {}

  /** A file or folder is about to have another name: editors of the new one may come before. */
  renaming(from: vscode.Uri): void {
    const unsaved = vscode.workspace.notebookDocuments.filter((it) => it.isDirty).map((it) => programOfUri(it.uri));
    this.willBe.set(programOfUri(from), { breakpoints: sourceBreakpoints(), unsaved, atMs: Date.now() });
  }

  /** A file or folder has another name. */
  renamed(from: vscode.Uri, to: vscode.Uri): void {
    const old = programOfUri(from);
    const before = this.willBe.get(old);
    this.willBe.delete(old);
    for (const session of this.parts.sessions.all) {
      if (session.isEnding || !isAtOrIn(session.program, old)) continue;
      const rest = session.program.slice(old.length).replaceAll('\\', '/');
      this.move(session, rest === '' ? to : vscode.Uri.joinPath(to, rest), false, before);
    }
  }

  /** A document is open no more: what it held tells whether it was saved under another name. */
  closed(uri: vscode.Uri, texts: string[]): void {
    if (!this.parts.sessions.all.some((it) => it.isOf(uri))) return;
    this.texts.set(uri.toString(), texts);
    setTimeout(() => this.texts.delete(uri.toString()), TOGETHER_MS);
  }

  /** Of editors that have come and gone together, the new one may be of what the old one was saved as. */
  async tabsChanged(opened: readonly vscode.Tab[], closed: readonly vscode.Tab[]): Promise<void> {
    const atMs = Date.now();
    const recent = (it: Seen): boolean => it.atMs > atMs - TOGETHER_MS;
    this.opened = [...this.opened.filter(recent), ...urisOf(opened).map((uri) => ({ uri, atMs }))];
    this.gone = [...this.gone.filter(recent), ...urisOf(closed).map((uri) => ({ uri, atMs }))];
    for (const { uri: from } of this.gone) {
      const session = this.parts.sessions.of(from);
      if (session === undefined || isInTab(session) || this.isBeingRenamed(session)) continue;
      for (const { uri: to } of this.opened) if (await this.isSavedAs(session, from, to)) this.move(session, to, !isUntitled(session.program));
    }
  }

  private isBeingRenamed({ program }: NotebookSession): boolean {
    return [...this.willBe].some(([old, { atMs }]) => isAtOrIn(program, old) && atMs > Date.now() - RENAMING_MS);
  }

  /** Whether `to` is a file that was just written from what `session` is of. */
  private async isSavedAs(session: NotebookSession, from: vscode.Uri, to: vscode.Uri): Promise<boolean> {
    if (to.scheme !== 'file') return false;
    const { mtime } = await Promise.resolve(vscode.workspace.fs.stat(to)).catch(() => ({ mtime: 0 }));
    if (mtime < Date.now() - WRITTEN_MS || !session.isOf(from) || session.isEnding) return false;
    if (isUntitled(session.program)) return isOfKind(from, to); // its text may have been formatted
    const old = this.texts.get(from.toString()) ?? openTexts(from);
    const now = openTexts(to);
    return old !== undefined && now !== undefined && old.join('\0').trimEnd() === now.join('\0').trimEnd();
  }

  /** Have `session` be that of `to`; `keepsOld`: there is still a file of the old name. */
  private move(session: NotebookSession, to: vscode.Uri, keepsOld: boolean, before?: Before): void {
    const { program, cellUris, debug } = session;
    const other = this.parts.sessions.of(to);
    if (other !== undefined) {
      if (other !== session && !keepsOld) this.sayItStays(session, programOfUri(to));
      return;
    }
    const breakpoints = before?.breakpoints ?? sourceBreakpoints();
    bringBreakpoints(this.parts, session, { program, cellUris, breakpoints }, to, keepsOld);
    if (debug.name === nameOf(program)) debug.name = nameOf(programOfUri(to));
    this.parts.sessions.move(session, programOfUri(to), before?.unsaved.includes(program) === true ? filled(to) : undefined);
  }

  /** A document has taken the name of one that has a kernel of its own: that is said, once. */
  private sayItStays(session: NotebookSession, to: string): void {
    if (this.stayed.has(session)) return;
    this.stayed.add(session);
    const [old, name] = [nameOf(session.program), nameOf(to)];
    void vscode.window.showWarningMessage(
      `${name} has a kernel already, and keeps it. The kernel of ${old} goes on under its old name: end its session in Run and Debug if you need it no more.`,
    );
  }
}

function isAtOrIn(program: string, path: string): boolean {
  return program === path || program.startsWith(`${path}/`) || program.startsWith(`${path}\\`);
}

/** Whether what was never saved can have become `to`: a notebook is one still, and a text is Python. */
function isOfKind(from: vscode.Uri, to: vscode.Uri): boolean {
  const isNotebookFile = ({ path }: vscode.Uri): boolean => path.endsWith('.ipynb');
  if (isNotebookFile(from) || isNotebookFile(to)) return isNotebookFile(from) && isNotebookFile(to);
  return !vscode.workspace.textDocuments.some((it) => it.uri.toString() === to.toString() && it.languageId !== 'python');
}

/** Whether a session's document is in a tab. */
export function isInTab(session: NotebookSession): boolean {
  return urisOf(vscode.window.tabGroups.all.flatMap((it) => it.tabs)).some((it) => session.isOf(it));
}

function urisOf(tabs: readonly vscode.Tab[]): vscode.Uri[] {
  return tabs.flatMap(({ input }) => (input instanceof vscode.TabInputNotebook || input instanceof vscode.TabInputText ? [input.uri] : []));
}

function openTexts(uri: vscode.Uri): string[] | undefined {
  const isIt = (it: { uri: vscode.Uri }): boolean => it.uri.toString() === uri.toString();
  const notebook = vscode.workspace.notebookDocuments.find(isIt);
  if (notebook !== undefined) return textsOf(notebook);
  const document = vscode.workspace.textDocuments.find(isIt);
  return document && [document.getText()];
}

function textsOf(notebook: vscode.NotebookDocument): string[] {
  return notebook.getCells().map((it) => it.document.getText());
}
