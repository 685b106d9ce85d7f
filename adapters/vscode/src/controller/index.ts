// The notebook controller: "dap-kernel" as a kernel of VS Code's notebook editor.
//
// Run and Debug of a cell are runs of one debug session of the notebook; Run stops nowhere. A session that
// Run has started is quiet: no toolbar, no views. Debug makes it a visible one, with the same kernel.
import * as vscode from 'vscode';
import { start } from '../debug/start';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { synced } from '../sync';
import { registerInput } from './input';
import { QuietSessions } from './quiet';
import { Runs, type Count } from './runs';

export const CONTROLLER = 'dap-kernel';
const NOTEBOOK = 'jupyter-notebook';

export function registerController(parts: Parts): vscode.Disposable {
  return new Controller(parts);
}

class Controller implements vscode.Disposable {
  private readonly controller = vscode.notebooks.createNotebookController(CONTROLLER, NOTEBOOK, 'dap-kernel');
  private readonly quiet = new QuietSessions();
  private readonly runs = new Map<NotebookSession, Runs>();
  private readonly counts = new Map<string, Count>(); // by program
  private readonly registration: vscode.Disposable[];

  constructor(private readonly parts: Parts) {
    this.controller.supportedLanguages = ['python'];
    this.controller.supportsExecutionOrder = true;
    this.controller.description = 'Run and debug cells';
    this.controller.executeHandler = (cells, notebook) => this.execute(notebook, cells, true);
    this.controller.interruptHandler = (notebook) => this.interrupt(notebook);
    this.registration = [
      this.controller,
      this.controller.onDidChangeSelectedNotebooks((it) => this.selected(it.notebook, it.selected)),
      parts.sessions.onDidInitialize((it) => this.begin(it)),
      parts.sessions.onDidEnd((it) => this.end(it)),
      vscode.commands.registerCommand('dap-kernel.debugNotebookCell', (it) => this.debug(it as unknown)),
    ];
  }

  dispose(): void {
    for (const it of [...this.runs.values(), ...this.registration]) it.dispose();
  }

  private selected(notebook: vscode.NotebookDocument, isSelected: boolean): void {
    this.parts.otherKernels.select(notebook.uri, isSelected);
  }

  private begin(session: NotebookSession): void {
    const count = this.counts.get(session.program) ?? { order: 0 };
    this.counts.set(session.program, count);
    this.runs.set(session, new Runs(session, this.controller, count));
    this.quiet.begin(session, () => registerInput(session));
  }

  private end(session: NotebookSession): void {
    this.runs.get(session)?.dispose();
    this.runs.delete(session);
    this.quiet.end(session);
  }

  private async execute(notebook: vscode.NotebookDocument, cells: vscode.NotebookCell[], noDebug: boolean): Promise<void> {
    try {
      const session = await this.sessionOf(notebook, noDebug);
      await synced(session);
      await this.run(session, cells, noDebug);
    } catch (error) {
      this.parts.log.error(error instanceof Error ? error : String(error));
      void vscode.window.showErrorMessage(`dap-kernel: ${message(error)}`);
    }
  }

  private async run(session: NotebookSession, cells: vscode.NotebookCell[], noDebug: boolean): Promise<void> {
    const runs = this.runs.get(session);
    runs?.ask(cells);
    try {
      const ids = cells.map((it) => session.idOf(it.document.uri)).filter((it) => it !== undefined);
      const answer = await session.request('notebookRun', { run: { cells: ids }, noDebug });
      runs?.taken(cells, answer.cells);
    } catch (error) {
      runs?.refused(cells, message(error));
    }
  }

  /** The session of `notebook`, started if there is none; a visible one to debug in. */
  private async sessionOf(notebook: vscode.NotebookDocument, noDebug: boolean): Promise<NotebookSession> {
    const session = this.parts.sessions.of(notebook.uri);
    if (session === undefined) return start(this.parts, notebook.uri, { quiet: noDebug, looksRunning: true });
    if (noDebug || !this.quiet.has(session)) return session;
    this.runs.get(session)?.dispose(); // what it says of its kernel from now on is not the kernel's end
    return this.quiet.show(this.parts, session, notebook);
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

/** The cell that a menu's command is for, or the one that is selected. */
function cellOf(argument: unknown): vscode.NotebookCell | undefined {
  if (argument !== null && typeof argument === 'object' && 'notebook' in argument) return argument as vscode.NotebookCell;
  const editor = vscode.window.activeNotebookEditor;
  return editor?.notebook.cellAt(editor.selection.start);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
