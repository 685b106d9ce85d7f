// The notebook controller: "dap-kernel" as a kernel of VS Code's notebook editor.
//
// Run and Debug of a cell are runs of one debug session of the notebook; Run stops nowhere. A session that
// Run has started is quiet: no toolbar, no views. Debug makes it a visible one, with the same kernel.
import * as vscode from 'vscode';
import { TYPE } from '../debug/configuration';
import { ended, sessionOf, start } from '../debug/start';
import { asError, Told } from '../errors';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { shutDown, stopWaiting } from '../shutDown';
import { synced } from '../sync';
import { isRun, LANGUAGES } from '../sync/payload';
import { registerInput, showConsole } from './input';
import { QuietSessions } from './quiet';
import { Runs, type Count } from './runs';

export const CONTROLLER = 'dap-kernel';
const NOTEBOOK = 'jupyter-notebook';
const MOVED_MS = 1000;

export function registerController(parts: Parts): vscode.Disposable {
  return new Controller(parts);
}

class Controller implements vscode.Disposable {
  private readonly controller = vscode.notebooks.createNotebookController(CONTROLLER, NOTEBOOK, 'dap-kernel');
  private readonly quiet = new QuietSessions();
  private readonly runs = new Map<NotebookSession, Runs>();
  private readonly counts = new Map<string, Count>(); // by program
  private readonly queues = new Map<string, Promise<void>>(); // by notebook: what is done one after the other
  private readonly registration: vscode.Disposable[];
  private closing: NodeJS.Timeout | undefined;

  constructor(private readonly parts: Parts) {
    this.controller.supportedLanguages = LANGUAGES;
    this.controller.supportsExecutionOrder = true;
    this.controller.description = 'Run and debug cells';
    this.controller.executeHandler = (cells, notebook) => this.execute(notebook, cells.filter(isOurs), true);
    this.controller.interruptHandler = (notebook) => this.interrupt(notebook);
    this.registration = [
      this.controller,
      this.controller.onDidChangeSelectedNotebooks((it) => this.selected(it.notebook, it.selected)),
      parts.sessions.onDidInitialize((it) => this.begin(it)),
      parts.sessions.onDidEnd((it) => this.end(it)),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => closed.length > 0 && this.endClosed()),
      vscode.debug.onDidChangeActiveDebugSession((it) => void setQuiet(it)),
      vscode.commands.registerCommand('dap-kernel.debugNotebookCell', (it) => this.debug(it as unknown)),
    ];
  }

  dispose(): void {
    clearTimeout(this.closing);
    for (const it of [...this.runs.values(), ...this.registration]) it.dispose();
  }

  private selected(notebook: vscode.NotebookDocument, isSelected: boolean): void {
    this.parts.otherKernels.select(notebook.uri, isSelected);
  }

  private begin(session: NotebookSession): void {
    const count = this.counts.get(session.program) ?? { order: lastOrder(session) };
    this.counts.set(session.program, count);
    this.runs.set(session, new Runs(session, this.controller, count));
    if (!session.isQuiet) this.makeRoom(session.program);
    this.quiet.begin(session, () => registerInput(session));
    if (!session.isQuiet) showConsole(session);
  }

  /** What is debugged runs anew, in a kernel of its own: one that cells have run in would only be confused with it. */
  private makeRoom(program: string): void {
    for (const it of this.quiet.sessions) if (it.program === program) void this.endQuiet(it);
  }

  private end(session: NotebookSession): void {
    this.runs.get(session)?.dispose();
    this.runs.delete(session);
    this.quiet.end(session);
    if (session.keepsKernel && session.isLeaving && session.kernelId !== undefined) void this.handBack(session, session.kernelId);
  }

  /** A kernel that a visible session has taken over from a quiet one goes back to one. */
  private async handBack(session: NotebookSession, kernelId: string): Promise<void> {
    const notebook = vscode.workspace.notebookDocuments.find((it) => session.isOf(it.uri));
    const isWanted = notebook !== undefined && isInTab(session) && this.parts.sessions.of(notebook.uri) === undefined;
    if (!isWanted) await stopWaiting(this.parts, session.program, kernelId);
    else await this.next(notebook, async () => {
      await start(this.parts, notebook.uri, { quiet: true, kernelId });
    });
  }

  /** A notebook that is in no tab needs its hidden kernel no more: nobody could reach it. */
  private endClosed(): void {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => { // a tab that is moved is closed and opened
      for (const it of this.quiet.sessions) if (!isInTab(it)) void this.endQuiet(it);
    }, MOVED_MS);
  }

  private async endQuiet(session: NotebookSession): Promise<void> {
    this.runs.get(session)?.dispose(); // its cells may run in another session at once
    await shutDown(this.parts, session);
  }

  private async execute(notebook: vscode.NotebookDocument, cells: vscode.NotebookCell[], noDebug: boolean): Promise<void> {
    if (cells.length === 0) return;
    await ended(this.parts, notebook.uri); // its kernel may be handed back first
    await this.next(notebook, async () => {
      const session = await this.sessionOf(notebook, noDebug);
      await synced(session);
      await this.run(session, cells, noDebug);
    });
  }

  /** Do something with the sessions of `notebook` when what was begun before is done. Never rejects. */
  private next(notebook: vscode.NotebookDocument, act: () => Promise<void>): Promise<void> {
    const key = notebook.uri.toString();
    const done = (this.queues.get(key) ?? Promise.resolve()).then(act).catch((error: unknown) => {
      this.parts.log.error(asError(error));
      if (!(error instanceof Told)) void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
    });
    this.queues.set(key, done);
    return done;
  }

  private async run(session: NotebookSession, cells: vscode.NotebookCell[], noDebug: boolean): Promise<void> {
    const runs = this.runs.get(session);
    runs?.ask(cells);
    try {
      const ids = cells.map((it) => session.idOf(it.document.uri)).filter((it) => it !== undefined);
      const answer = await session.request('notebookRun', { run: { cells: ids }, noDebug });
      runs?.taken(cells, answer.cells);
    } catch (error) {
      runs?.refused(cells, asError(error).message);
    }
  }

  /** The session of `notebook`, started if there is none; a visible one to debug in. */
  private async sessionOf(notebook: vscode.NotebookDocument, noDebug: boolean): Promise<NotebookSession> {
    const session = await sessionOf(this.parts, notebook.uri, { quiet: noDebug, looksRunning: true });
    if (noDebug || !this.quiet.has(session)) return session;
    await this.settled(session);
    if (!this.quiet.has(session)) return this.sessionOf(notebook, noDebug);
    this.runs.get(session)?.dispose(); // what it says of its kernel from now on is not the kernel's end
    return this.quiet.show(this.parts, session, notebook);
  }

  /** Wait until no cell of `session` runs or waits to: it is not lost when the session makes room for another. */
  private async settled(session: NotebookSession): Promise<void> {
    const isSettled = (): boolean => session.kernel !== 'starting' && this.runs.get(session)?.isBusy !== true;
    const waiting = this.parts.sessions.until(session, isSettled);
    const title = 'Debug Cell waits for the cells that run';
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => waiting);
  }

  private async debug(argument: unknown): Promise<void> {
    const cell = cellOf(argument);
    if (cell === undefined) return;
    await this.parts.otherKernels.selectOurs(cell.notebook);
    await this.execute(cell.notebook, [cell], false);
  }

  private async interrupt(notebook: vscode.NotebookDocument): Promise<void> {
    await this.parts.sessions.of(notebook.uri)?.request('notebookInterrupt', {});
  }
}

/** What the cell that ran last in the notebook is numbered: a kernel that has waited counts on. */
function lastOrder(session: NotebookSession): number {
  const notebook = vscode.workspace.notebookDocuments.find((it) => session.isOf(it.uri));
  return Math.max(0, ...(notebook?.getCells() ?? []).map((it) => it.executionSummary?.executionOrder ?? 0));
}

function isOurs({ document }: vscode.NotebookCell): boolean {
  return isRun(document.languageId, document.getText());
}

function isInTab(session: NotebookSession): boolean {
  const inputs = vscode.window.tabGroups.all.flatMap((it) => it.tabs.map((tab) => tab.input));
  return inputs.some((it) => it instanceof vscode.TabInputNotebook && session.isOf(it.uri));
}

/** Keys that start a session are VS Code's only while there is none; a quiet one does not count. */
async function setQuiet(active: vscode.DebugSession | undefined): Promise<void> {
  const isQuiet = active?.type === TYPE && active.configuration.__quiet === true;
  await vscode.commands.executeCommand('setContext', 'dapKernel.isQuiet', isQuiet);
}

/** The cell that a menu's command is for, or the one that is selected. */
function cellOf(argument: unknown): vscode.NotebookCell | undefined {
  if (argument !== null && typeof argument === 'object' && 'notebook' in argument) return argument as vscode.NotebookCell;
  const editor = vscode.window.activeNotebookEditor;
  return editor?.notebook.cellAt(editor.selection.start);
}
