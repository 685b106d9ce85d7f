// The cells of one session that run or wait to: the server's events as executions of the notebook editor.
import * as vscode from 'vscode';
import type { CellState, DisplayBody, KernelBody, NotebookCell, OutputBody } from '../protocol';
import type { NotebookSession } from '../session';
import { LateOutputs } from './lateOutputs';
import type { CellOutputs, Displays } from './outputs';
import { knownOf } from './places';
import { Run } from './run';
import { forCell } from './traceback';

const ENDED: ReadonlySet<CellState> = new Set(['done', 'failed', 'stopped', 'interrupted']);

/** How many cells a kernel has run; it may outlive a session. */
export interface Count {
  order: number;
}

/** What a kernel that goes on when its session has ended leaves to the next one. */
export interface Left {
  open: Map<string, Run>;
  displays: Displays;
  late: LateOutputs;
}

/** Nobody takes over what was left: what becomes of the cells is not known. */
export function closeLeft({ open }: Left): void {
  for (const it of open.values()) it.end(undefined);
}

export class Runs implements vscode.Disposable {
  private readonly open: Map<string, Run>; // by the URI of the cell's document
  private readonly displays: Displays;
  private readonly late: LateOutputs;
  private readonly registration: vscode.Disposable[];
  private current: Run | undefined;
  /** What the cells were called before their notebook got another name, until their runs are carried there. */
  private former: readonly string[] = [];
  private hasKernel = false;

  constructor(
    private readonly session: NotebookSession, private readonly controller: vscode.NotebookController,
    private readonly count: Count, left?: Left,
  ) {
    if (session.debug.configuration.request !== 'attach') count.order = 0;
    this.open = left?.open ?? new Map<string, Run>();
    this.displays = left?.displays ?? new Map<string, vscode.NotebookCellOutput[]>();
    this.late = left?.late ?? new LateOutputs(controller, this.displays);
    this.current = [...this.open.values()].at(-1);
    this.registration = [
      session.on('notebookCell', ({ cell }) => this.cell(cell)),
      session.on('notebookKernel', (it) => this.kernel(it)),
      session.on('output', (it) => this.output(it)),
      session.on('notebookDisplay', (it) => this.display(it)),
      session.on('notebookProgress', (it) => this.show(it.cellId, (outputs) => outputs.progress(it))),
    ];
  }

  /** A cell of the notebook runs, or waits to. */
  get isBusy(): boolean {
    return [...this.open.keys()].some((uri) => this.find(uri) !== undefined);
  }

  /** Whether `cell` runs, or waits to: one that was refused does neither. */
  isOpen(cell: vscode.NotebookCell): boolean {
    return this.open.has(cell.document.uri.toString());
  }

  /** Show `cells` as waiting. */
  ask(cells: vscode.NotebookCell[]): void {
    for (const it of cells) this.runOf(it);
  }

  /** Take what the server has answered: the ids of those `cells` that will run. */
  taken(cells: vscode.NotebookCell[], ids: string[]): void {
    for (const it of cells) {
      const id = this.session.idOf(it.document.uri);
      const run = this.open.get(it.document.uri.toString());
      if (run === undefined) continue;
      if (id === undefined) this.refused([it], 'the debugger was not told of this cell: "dap-kernel: Show Log" says why');
      else if (ids.includes(id)) run.isTaken = true;
      else this.close(it.document.uri.toString(), undefined);
    }
  }

  /** `cells` cannot run. */
  refused(cells: vscode.NotebookCell[], why: string): void {
    for (const [index, it] of cells.entries()) {
      const uri = it.document.uri.toString();
      const run = this.open.get(uri);
      if (run === undefined || run.began !== undefined) continue;
      if (index === 0) {
        run.begin(this.count.order);
        run.outputs.lost('dap-kernel', why);
      }
      this.close(uri, index === 0 ? false : undefined);
    }
  }

  /** The notebook has another name: what runs in its cells, which were called `cellUris`, is known by those until it is carried. */
  moved(cellUris: readonly string[]): void {
    this.former = cellUris;
  }

  /** Show what runs in the cells of `notebook`, which were called `cellUris`; false: not all of it can be shown there yet. */
  carry(cellUris: readonly string[], notebook: vscode.NotebookDocument): boolean {
    const cells = notebook.getCells();
    for (const [uri, run] of [...this.open]) {
      const index = cellUris.indexOf(uri);
      if (index < 0) continue; // it was carried already
      const cell = cells[index]; // VS Code fills a new notebook later
      const execution = cell && this.begun(cell);
      if (cell === undefined || execution === undefined) return false; // the kernel is not selected for it yet
      run.carry(execution);
      this.open.delete(uri);
      if (run.endNow()) this.late.keep(cell.document.uri.toString(), run.outputs);
      else this.open.set(cell.document.uri.toString(), run);
    }
    this.former = [];
    return true;
  }

  /** Show a line that was typed where the cell that runs has asked for it. */
  echo(line: string): void {
    this.current?.outputs.print('stdout', line);
  }

  dispose(): void {
    for (const it of this.registration) it.dispose();
    const goesOn = this.session.keepsKernel; // what becomes of the cell is not known yet
    for (const [uri, run] of this.open) this.close(uri, run.began === undefined || goesOn ? undefined : false);
  }

  /** Let go of the session, whose kernel goes on: what runs is shown as running until another one has taken it over. */
  leave(): Left {
    for (const it of this.registration) it.dispose();
    for (const [uri, run] of this.open) if (run.began === undefined) this.close(uri, undefined); // the queue is the session's
    return { open: this.open, displays: this.displays, late: this.late };
  }

  private cell(cell: NotebookCell): void {
    const uri = this.uriOf(cell.id);
    if (uri === undefined) return;
    const state = cell.state ?? 'new';
    if (state === 'queued' && this.open.get(uri)?.began !== undefined) {
      this.close(uri, cell.error === undefined, cell.durationS); // it has ended, and is to run once more
    }
    if (state === 'queued' || state === 'running') {
      const shown = this.find(uri);
      const run = this.open.get(uri) ?? (shown && this.runOf(shown));
      if (run === undefined) return;
      run.isTaken = true;
      if (state === 'queued') return;
      if (run.began === undefined) run.begin(++this.count.order);
      this.current = run;
      return;
    }
    const run = this.open.get(uri);
    if (run === undefined) return;
    if (state === 'failed' || state === 'interrupted') run.outputs.failed(this.withPlaces(cell, run));
    this.close(uri, state === 'done' || (ENDED.has(state) ? false : undefined), cell.durationS);
  }

  /** `cell`, whose traceback is as a cell shows it. */
  private withPlaces(cell: NotebookCell, failed: Run): NotebookCell {
    if (cell.traceback === undefined) return cell;
    const orderOf = (it: vscode.NotebookCell): number | undefined =>
      it === failed.execution.cell ? failed.execution.executionOrder : it.executionSummary?.executionOrder;
    return { ...cell, traceback: forCell(cell.traceback, knownOf(this.session, orderOf)) };
  }

  private kernel({ state, reason }: KernelBody): void {
    if (this.session.isLeft) return; // of the kernel it knows nothing any more
    if (this.hasKernel && state !== 'idle' && state !== 'busy' && state !== 'stopped') this.count.order = 0;
    this.hasKernel = state === 'idle' || state === 'busy' || state === 'stopped';
    if (state !== 'dead' && state !== 'notStarted') return;
    for (const [uri, run] of this.open) {
      if (!run.isTaken) continue;
      if (state === 'dead' && run.began !== undefined) {
        run.outputs.lost('KernelDied', `${reason ?? 'the kernel has ended'}: run a cell to start another`);
      }
      this.close(uri, run.began === undefined ? undefined : false);
    }
    this.displays.clear();
  }

  private output(body: OutputBody): void {
    const { category, data, output } = body;
    if (category !== 'stdout' && category !== 'stderr') return;
    // Text that is told of no cell stands for what the cell shows as `notebookDisplay`.
    if (data?.cellId !== undefined || data?.inputWanted !== undefined) this.show(data.cellId, (it) => it.print(category, output, data.held));
  }

  private display(body: DisplayBody): void {
    this.show(body.cellId, (it) => it.display(body));
  }

  /** Write to the run of a cell, or to the one under way when that one has ended or is not told, or late. */
  private show(cellId: string | undefined, write: (outputs: CellOutputs) => void): void {
    const uri = cellId === undefined ? undefined : this.uriOf(cellId);
    const own = uri === undefined ? undefined : this.open.get(uri);
    const run = own?.began === undefined ? this.current : own;
    if (run !== undefined) {
      write(run.outputs);
      return;
    }
    const cell = uri === undefined ? undefined : this.find(uri);
    if (cell !== undefined && own === undefined) this.late.add(cell, write);
  }

  /** The open run of `cell`, made if there is none; undefined: another kernel is selected. */
  private runOf(cell: vscode.NotebookCell): Run | undefined {
    const uri = cell.document.uri.toString();
    const known = this.open.get(uri);
    if (known !== undefined) return known;
    const execution = this.begun(cell);
    if (execution === undefined) return undefined;
    const run = new Run(execution, this.displays);
    this.open.set(uri, run);
    return run;
  }

  private begun(cell: vscode.NotebookCell): vscode.NotebookCellExecution | undefined {
    try {
      return this.controller.createNotebookCellExecution(cell);
    } catch {
      return undefined; // that is how VS Code says so
    }
  }

  private close(uri: string, success: boolean | undefined, durationS?: number): void {
    const run = this.open.get(uri);
    if (run === undefined) return;
    if (this.current === run) this.current = undefined;
    if (this.former.includes(uri)) {
      run.endLater({ success, durationS });
      return;
    }
    this.open.delete(uri);
    if (run.began !== undefined) this.late.keep(uri, run.outputs);
    run.end(success, durationS);
  }

  /** What the run of a cell is known by: what the cell was called, until it is carried. */
  private uriOf(cellId: string): string | undefined {
    const former = this.former[this.session.indexOf(cellId)];
    return former !== undefined && this.open.has(former) ? former : this.session.uriOf(cellId);
  }

  private find(uri: string): vscode.NotebookCell | undefined {
    const notebook = vscode.workspace.notebookDocuments.find((it) => this.session.isOf(it.uri));
    return notebook?.getCells().find((it) => it.document.uri.toString() === uri);
  }
}
