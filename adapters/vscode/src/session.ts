// One debug session of ours: its document, its cells, the kernel's state, its events.
import * as vscode from 'vscode';
import { addressOf } from './debug/configuration';
import { documentsOf, isNotebook, programOfUri } from './debug/program';
import type { Asked, Events, KernelState, Message, NotebookCell, Requests } from './protocol';
import { hasRun, runsCode } from './ran';

const NONE: ReadonlySet<KernelState> = new Set(['notStarted', 'starting', 'dead']);

type Listener = (body: never) => void;

export class NotebookSession implements vscode.Disposable {
  kernel: KernelState = 'notStarted';
  /** Why the kernel is in its state, as the server says it. */
  reason: string | undefined;
  python: string | undefined;
  /** By which a kernel that waits is attached to: its process's id. */
  kernelId: string | undefined;
  private format: string | undefined; // as the server has recognised it
  /** By id, in the notebook's order. */
  readonly cells = new Map<string, NotebookCell>();

  /** The server has answered `launch` or `attach`: cells can run. */
  isLaunched = false;
  /** The client has said goodbye: what is told of the kernel from then on is not its end. */
  isLeaving = false;
  /** Nothing can run in it any more: the client has asked for the session's end, or the server has said it. */
  isEnding = false;
  /** Whether the kernel is to go on without a debugger when this session ends. */
  keepsKernel: boolean;
  /** Another session is about to take the kernel over. */
  isTakenOver = false;
  /** A cell, or code from the console, has run in the kernel that is there: something is lost when it ends. */
  hasRun = false;

  /** The thread that has stopped last, and has not gone on. */
  stoppedThread: number | undefined;

  private readonly restarted = new vscode.EventEmitter<void>();
  /** The debugger's own Restart has ended what ran; the kernel is the same. */
  readonly onDidRestart = this.restarted.event;
  private readonly restarts = new Set<number>(); // the requests' numbers
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly changed = new vscode.EventEmitter<void>();
  /** Cells or the kernel's state have changed. */
  readonly onDidChange = this.changed.event;
  private uris: string[] = [];
  private ids: string[] = [];
  private readonly typed = new Set<number>(); // the numbers of requests that run code from the console
  private readonly syncs = new Map<number, string[]>(); // by the request's number: the cells' URIs

  /** `program` is "" for a kernel that was attached to by its id, until the server names its notebook. */
  constructor(readonly debug: vscode.DebugSession, public program: string) {
    this.keepsKernel = debug.configuration.__takenOver === true;
  }

  /** Whether VS Code shows nothing of this session: a cell's Run has started it. */
  get isQuiet(): boolean {
    return this.debug.configuration.__quiet === true;
  }

  /** Whether the session is left, or was, and its kernel goes on for another one. */
  get isLeft(): boolean {
    return this.keepsKernel && this.isLeaving && this.kernelId !== undefined;
  }

  /** Whether the user has started its server: its kernels may be on another machine, whose we can neither list nor end. */
  get isElsewhere(): boolean {
    return addressOf(this.debug.configuration) !== undefined;
  }

  /** Send one of our requests. Rejects with the server's message. */
  request<K extends keyof Requests>(
    command: K, args: Requests[K]['arguments'],
  ): Promise<Requests[K]['body']> {
    return Promise.resolve(this.debug.customRequest(command, args));
  }

  /** Listen to an event of the server, or to what the client asks it. */
  on<K extends keyof (Asked & Events)>(event: K, listener: (body: (Asked & Events)[K]) => void): vscode.Disposable {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
    return new vscode.Disposable(() => all.delete(listener));
  }

  /** The URI of a cell that was synchronised; undefined for files that VS Code shows as text. */
  uriOf(cellId: string): string | undefined {
    return this.uris[this.ids.indexOf(cellId)] || undefined;
  }

  /** Where a cell stands in the notebook, as it was synchronised; -1: it does not. */
  indexOf(cellId: string): number {
    return this.ids.indexOf(cellId);
  }

  /** The server's id of a cell by its document's URI. */
  idOf(uri: vscode.Uri): string | undefined {
    return this.ids[this.uris.indexOf(uri.toString())];
  }

  /** What the cells that were synchronised are called, in the notebook's order; "" for those of files. */
  get cellUris(): readonly string[] {
    return this.uris;
  }

  /** Whether `document` is the notebook or script of this session. */
  isOf(document: vscode.Uri): boolean {
    return isProgram(document, this.program);
  }

  /** Whether it is of a notebook, as its server knows; before that has told, as the text looks. */
  get isOfNotebook(): boolean {
    return this.format === undefined ? documentsOf(this.program).some(isNotebook) : this.format !== 'script';
  }

  /** Whether its document is shown as cells, now or where it is opened again: they show what they print themselves. */
  get hasCells(): boolean {
    return this.format === 'jupyter' || vscode.workspace.notebookDocuments.some((it) => this.isOf(it.uri));
  }

  /** Called with each message to the server. Which cells a sync is of is known by their order alone. */
  asked({ seq, type, command, arguments: args }: Message): void {
    if (type !== 'request') return;
    if (command === 'disconnect') this.leaves(args);
    if (command === 'disconnect' || command === 'terminate') this.ends();
    if (command === 'evaluate') this.tell(command, args);
    if (runsCode(command, args)) this.typed.add(seq);
    if (command === 'restart' && restartsCells(args, this.debug.configuration)) this.restarts.add(seq);
    if (command !== 'notebookSync') return;
    const { cells } = args as Requests['notebookSync']['arguments'];
    this.syncs.set(seq, cells?.map((it) => it.uri) ?? []);
  }

  /** The client says goodbye; "Disconnect" of VS Code's toolbar lets the kernel of a notebook live. */
  private leaves(args: unknown): void {
    this.isLeaving = true;
    const { terminateDebuggee } = (args ?? {}) as { terminateDebuggee?: boolean };
    if (this.debug.configuration.request === 'launch' && terminateDebuggee === false) this.keepsKernel = !this.isTakenOver;
  }

  /** Called with each message of the server, in their order, before VS Code sees it. */
  told(message: Message): void {
    if (message.event !== undefined) this.take(message.event, message.body);
    if (message.request_seq === undefined) return;
    if (this.restarts.delete(message.request_seq) && message.success === true) this.restarted.fire();
    if (this.typed.delete(message.request_seq)) this.hasRun ||= !NONE.has(this.kernel); // also where it has failed half way
    const uris = this.syncs.get(message.request_seq);
    this.syncs.delete(message.request_seq);
    const tellsCells = message.command === 'notebookSync' || message.command === 'notebookCells';
    if (!message.success || !tellsCells) return;
    const { cells, format } = message.body as Requests['notebookSync']['body'];
    this.format = format ?? this.format;
    this.takeCells(cells, uris ?? cells.map((it) => this.uriOf(it.id) ?? ''));
  }

  private takeCells(cells: NotebookCell[], uris: string[]): void {
    this.uris = uris;
    this.ids = cells.map((it) => it.id);
    this.cells.clear();
    for (const it of cells) this.cells.set(it.id, it);
    this.hasRun ||= hasRun(cells);
    this.changed.fire();
  }

  private take(event: string, body: unknown): void {
    if (event === 'notebookCell') {
      const { cell } = body as Events['notebookCell'];
      this.cells.set(cell.id, cell);
      this.hasRun ||= hasRun([cell]);
    } else if (event === 'notebookKernel') {
      const { state, reason, python, systemProcessId } = body as Events['notebookKernel'];
      this.kernel = state;
      this.reason = reason;
      if (NONE.has(state)) this.hasRun = false;
      this.python = python ?? this.python;
      if (!this.isLeaving) this.kernelId = systemProcessId?.toString();
    } else if (event === 'process') {
      this.program ||= (body as Events['process']).name;
    } else if (event === 'stopped') {
      this.stoppedThread = (body as Events['stopped']).threadId;
    } else if (event === 'continued') {
      this.stoppedThread = undefined;
    } else if (event === 'terminated') {
      this.ends();
    }
    this.tell(event, body);
    if (event === 'notebookCell' || event === 'notebookKernel') this.changed.fire();
  }

  private tell(event: string, body: unknown): void {
    for (const it of this.listeners.get(event) ?? []) (it as (body: unknown) => void)(body);
  }

  private ends(): void {
    this.isEnding = true;
    this.changed.fire();
  }

  dispose(): void {
    this.listeners.clear();
    this.changed.dispose();
    this.restarted.dispose();
  }
}

/** Whether a restart with these arguments keeps the kernel; without any they are the session's own. */
function restartsCells(args: unknown, own: vscode.DebugConfiguration): boolean {
  const { arguments: newest = own } = (args ?? {}) as { arguments?: Partial<vscode.DebugConfiguration> };
  return newest['onRestart'] === 'all';
}

function isProgram(document: vscode.Uri, program: string): boolean {
  if (document.scheme === 'untitled') return programOfUri(document) === program;
  return document.scheme === 'file' && document.fsPath === program;
}
