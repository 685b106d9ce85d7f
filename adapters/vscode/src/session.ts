// One debug session of ours: its document, its cells, the kernel's state, its events.
import * as vscode from 'vscode';
import type { Events, KernelState, NotebookCell, Requests } from './protocol';

type Listener = (body: never) => void;

export class NotebookSession implements vscode.Disposable {
  kernel: KernelState = 'notStarted';
  /** Why the kernel is in its state, as the server says it. */
  reason: string | undefined;
  python: string | undefined;
  /** By id, in the notebook's order. */
  readonly cells = new Map<string, NotebookCell>();
  isStopped = false;

  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** Cells or the kernel's state have changed. */
  readonly onDidChange = this.changed.event;
  private uris: string[] = [];
  private ids: string[] = [];

  constructor(readonly debug: vscode.DebugSession, readonly program: string) {}

  /** Send one of our requests. Rejects with the server's message. */
  request<K extends keyof Requests>(
    command: K, args: Requests[K]['arguments'],
  ): Promise<Requests[K]['body']> {
    return Promise.resolve(this.debug.customRequest(command, args));
  }

  on<K extends keyof Events>(event: K, listener: (body: Events[K]) => void): vscode.Disposable {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
    return new vscode.Disposable(() => all.delete(listener));
  }

  /** The URI of a cell that was synchronised; undefined for files that VS Code shows as text. */
  uriOf(cellId: string): string | undefined {
    return this.uris[this.ids.indexOf(cellId)];
  }

  /** The server's id of a cell by its document's URI. */
  idOf(uri: vscode.Uri): string | undefined {
    return this.ids[this.uris.indexOf(uri.toString())];
  }

  /** Whether `document` is the notebook or script of this session. */
  isOf(document: vscode.Uri): boolean {
    return isProgram(document, this.program);
  }

  /** Take what the server says of all cells; `uris` are what was sent for them, in their order. */
  takeCells(cells: NotebookCell[], uris: string[] = []): void {
    this.uris = uris;
    this.ids = cells.map((it) => it.id);
    this.cells.clear();
    for (const it of cells) this.cells.set(it.id, it);
    this.changed.fire();
  }

  /** Called with each event of the server, before VS Code sees it. */
  take(event: string, body: unknown): void {
    if (event === 'notebookCell') {
      const { cell } = body as Events['notebookCell'];
      this.cells.set(cell.id, cell);
    } else if (event === 'notebookKernel') {
      const { state, reason, python } = body as Events['notebookKernel'];
      this.kernel = state;
      this.reason = reason;
      this.python = python ?? this.python;
    } else if (event === 'stopped' || event === 'continued') {
      this.isStopped = event === 'stopped';
    }
    for (const it of this.listeners.get(event) ?? []) (it as (body: unknown) => void)(body);
    if (event === 'notebookCell' || event === 'notebookKernel') this.changed.fire();
  }

  dispose(): void {
    this.listeners.clear();
    this.changed.dispose();
  }
}

export function isProgram(document: vscode.Uri, program: string): boolean {
  return document.scheme === 'untitled'
    ? document.toString() === program || program.endsWith(`/${document.path}`)
    : document.fsPath === program;
}
