// The notebook controller: "dap-kernel" as a kernel of VS Code's notebook editor.
//
// Run and Debug of a cell are runs of one debug session of the notebook; Run stops nowhere. A session that
// Run has started is quiet: no toolbar, no views. Debug makes it a visible one, with the same kernel.
import * as vscode from 'vscode';
import { sessionOf } from '../debug/start';
import { asError, Told } from '../errors';
import { askInTerminal, echo } from '../files/terminals';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import type { Moved } from '../sessions';
import { synced } from '../sync';
import { isRun, LANGUAGES } from '../sync/payload';
import { runByLine, type Executed } from './byLine';
import { Carrying } from './carrying';
import { registerInput } from './input';
import { registerKeys } from './keys';
import { registerLabel } from './label';
import { registerMoves } from './moves';
import { canDebug, registerKernelOwnership, takeOver } from './kernelOwnership';
import { queueOf } from './queue';
import { registerReplacedCells } from './replacedCells';
import { closeLeft, Runs, type Count, type Left } from './runs';
import { settled } from './settled';

export const CONTROLLER = 'dap-kernel';
const NOTEBOOK = 'jupyter-notebook';

export function registerController(parts: Parts): vscode.Disposable {
  return new Controller(parts);
}

class Controller implements vscode.Disposable {
  private readonly controller = vscode.notebooks.createNotebookController(CONTROLLER, NOTEBOOK, 'dap-kernel');
  private readonly runs = new Map<NotebookSession, Runs>();
  private readonly inputs = new Map<NotebookSession, vscode.Disposable>();
  private readonly counts = new Map<string, Count>(); // by program
  /** The cells that each session was asked last to debug. */
  private readonly debugged = new WeakMap<NotebookSession, vscode.NotebookCell[]>();
  private readonly carrying = new Carrying(
    (session, cellUris, notebook) => this.runs.get(session)?.carry(cellUris, notebook) !== false,
    (notebook) => void this.parts.otherKernels.selectOurs(notebook),
  );
  private readonly left = new Map<string, Left>(); // by program: of kernels that have no session for a moment
  private readonly registration: vscode.Disposable[];

  constructor(private readonly parts: Parts) {
    this.controller.supportedLanguages = LANGUAGES;
    this.controller.supportsExecutionOrder = true;
    this.controller.description = 'Run and debug cells';
    this.controller.executeHandler = async (cells, notebook) => {
      await this.execute(notebook, cells.filter(isOurs), true);
    };
    this.controller.interruptHandler = (notebook) => this.interrupt(notebook);
    this.registration = [
      this.controller,
      this.controller.onDidChangeSelectedNotebooks((it) => this.selected(it.notebook, it.selected)),
      parts.sessions.onDidInitialize((it) => this.begin(it)),
      parts.sessions.onDidEnd((it) => this.end(it)),
      parts.sessions.onDidMove((it) => this.moved(it)),
      vscode.window.onDidChangeVisibleNotebookEditors(() => this.carrying.tryAll()),
      vscode.workspace.onDidChangeNotebookDocument(({ contentChanges }) => contentChanges.length > 0 && this.carrying.tryAll()),
      registerKernelOwnership(parts, (it) => this.runs.get(it)?.dispose(), (it) => this.lost(it)),
      registerMoves(parts),
      registerReplacedCells(parts),
      registerKeys(parts),
      registerLabel(parts, this.controller),
      vscode.commands.registerCommand('dap-kernel.runByLine', (it) => this.byLine(it as unknown)),
      vscode.commands.registerCommand('dap-kernel.debugNotebookCell', (it) => this.debug(it as unknown)),
    ];
  }

  dispose(): void {
    for (const it of [...this.runs.values(), ...this.inputs.values(), ...this.registration]) it.dispose();
  }

  private selected(notebook: vscode.NotebookDocument, isSelected: boolean): void {
    this.parts.otherKernels.select(notebook.uri, isSelected);
    if (isSelected) this.carrying.tryAll();
  }

  private begin(session: NotebookSession): void {
    const count = this.counts.get(session.program) ?? { order: lastOrder(session) };
    this.counts.set(session.program, count);
    if (session.debug.configuration.request !== 'attach') this.lost(session.program);
    this.runs.set(session, new Runs(session, this.controller, count, this.left.get(session.program)));
    this.left.delete(session.program);
    this.inputs.set(session, registerInput(session, {
      echo: (it) => this.echo(session, it),
      ask: (isHidden, token) => askInTerminal(this.parts, session, isHidden, token),
    }));
    session.onDidRestart(() => void this.debugAgain(session));
  }

  /** What runs is shown in the cells of the notebook as it is called now, once that is open and the kernel selected for it. */
  private moved({ session, from, cellUris, filled }: Moved): void {
    const count = this.counts.get(from);
    if (count !== undefined) this.counts.set(session.program, count);
    this.counts.delete(from);
    this.runs.get(session)?.moved(cellUris);
    this.carrying.add(session, cellUris, filled);
  }

  /** Show a line that was typed for `input()` behind its question. */
  private echo(session: NotebookSession, line: string): void {
    if (session.hasCells) this.runs.get(session)?.echo(line);
    else echo(this.parts, session, line);
  }

  private end(session: NotebookSession): void {
    const runs = this.runs.get(session);
    this.carrying.delete(session);
    if (session.isLeft && runs !== undefined) {
      this.left.set(session.program, runs.leave());
      this.runs.delete(session);
    }
    for (const all of [this.runs, this.inputs]) {
      all.get(session)?.dispose();
      all.delete(session);
    }
  }

  /** No session takes over the kernel that was left. */
  private lost(program: string): void {
    const left = this.left.get(program);
    this.left.delete(program);
    if (left !== undefined) closeLeft(left);
  }

  /**
   * Run `cells` when what was asked for before is done; an interrupt calls them off meanwhile. Return where they run;
   * undefined: nowhere. Never rejects.
   */
  private async execute(notebook: vscode.NotebookDocument, cells: vscode.NotebookCell[], noDebug: boolean, stopOnEntry = false): Promise<Executed | undefined> {
    if (cells.length === 0) return undefined;
    let executed: Executed | undefined;
    try {
      await queueOf(notebook.uri.toString()).next(async (signal) => {
        const before = this.parts.sessions.of(notebook.uri);
        const session = await this.sessionOf(notebook, noDebug, signal);
        if (session === undefined) return;
        await synced(session);
        if (signal.aborted) return;
        await this.run(session, cells, noDebug, stopOnEntry);
        executed = { session, isFresh: session !== before };
      });
    } catch (error) {
      this.parts.log.error(asError(error));
      if (!(error instanceof Told)) void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
    }
    return executed;
  }

  private async run(session: NotebookSession, cells: vscode.NotebookCell[], noDebug: boolean, stopOnEntry: boolean): Promise<void> {
    const runs = this.runs.get(session);
    if (!noDebug) this.debugged.set(session, cells);
    runs?.ask(cells);
    try {
      const ids = cells.map((it) => session.idOf(it.document.uri)).filter((it) => it !== undefined);
      const answer = await session.request('notebookRun', { run: { cells: ids }, noDebug, stopOnEntry });
      runs?.taken(cells, answer.cells);
    } catch (error) {
      runs?.refused(cells, asError(error).message);
    }
  }

  /** The session of `notebook`, started if there is none, to debug in if that is meant; undefined: called off. */
  private async sessionOf(notebook: vscode.NotebookDocument, noDebug: boolean, signal: AbortSignal): Promise<NotebookSession | undefined> {
    for (;;) {
      // The kernel begins without a debugger, and is taken over: it stays when the debugger leaves.
      const session = await sessionOf(this.parts, notebook.uri, { quiet: true });
      if (signal.aborted) return undefined;
      if (noDebug || canDebug(session)) return session;
      const isSettled = (): boolean => session.kernel !== 'starting' && this.runs.get(session)?.isBusy !== true;
      if (!(await settled(this.parts, session, signal, isSettled))) return undefined;
      if (this.parts.sessions.of(notebook.uri) !== session) continue; // it has ended meanwhile
      this.runs.get(session)?.dispose(); // what it says of its kernel from now on is not the kernel's end
      return takeOver(this.parts, session, notebook);
    }
  }

  private async byLine(argument: unknown): Promise<void> {
    const cell = codeCellOf(argument);
    if (cell === undefined) return;
    await this.parts.otherKernels.selectOurs(cell.notebook);
    try {
      const execute = (): Promise<Executed | undefined> => this.execute(cell.notebook, [cell], false, true);
      await runByLine(this.parts, cell, execute, (it) => this.runs.get(it)?.isOpen(cell) === true);
    } catch (error) {
      this.parts.log.error(asError(error));
      if (!(error instanceof Told)) void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
    }
  }

  private async debug(argument: unknown): Promise<void> {
    const cell = codeCellOf(argument);
    if (cell === undefined) return;
    await this.parts.otherKernels.selectOurs(cell.notebook);
    await this.execute(cell.notebook, [cell], false);
  }

  /** Restart of the debugger means the cells that are debugged. */
  private async debugAgain(session: NotebookSession): Promise<void> {
    const cells = (this.debugged.get(session) ?? []).filter((it) => it.index >= 0); // else it was deleted
    const [first] = cells;
    if (first !== undefined) await this.execute(first.notebook, cells, false);
  }

  private async interrupt(notebook: vscode.NotebookDocument): Promise<void> {
    queueOf(notebook.uri.toString()).callOff();
    const session = this.parts.sessions.of(notebook.uri);
    if (session?.isLaunched === true) await session.request('notebookInterrupt', {});
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

/** The cell that a menu's command is for, or the one that is selected; undefined: it does not run, which the user is told. */
function codeCellOf(argument: unknown): vscode.NotebookCell | undefined {
  const editor = vscode.window.activeNotebookEditor;
  const isCell = argument !== null && typeof argument === 'object' && 'notebook' in argument;
  const cell = isCell ? argument as vscode.NotebookCell : editor?.notebook.cellAt(editor.selection.start);
  if (cell === undefined || (cell.kind === vscode.NotebookCellKind.Code && isOurs(cell))) return cell;
  void vscode.window.showInformationMessage('This cell has nothing to run: select one with Python code.');
  return undefined;
}
