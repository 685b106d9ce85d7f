// All debug sessions of ours: who begins, who ends, which one a document belongs to.
import * as vscode from 'vscode';
import { TYPE, type Configuration } from './debug/configuration';
import { documentsOf, isNotebook, shown } from './debug/program';
import type { Message } from './protocol';
import { NotebookSession } from './session';

export interface Moved {
  session: NotebookSession;
  /** What the server called its document. */
  from: string;
  /** What its cells were called. */
  cellUris: readonly string[];
  /** Its cells as they will stay are there; undefined: those that are there stay. */
  filled: Promise<void> | undefined;
}

export class Sessions implements vscode.Disposable {
  private readonly byId = new Map<string, NotebookSession>();
  private readonly initialized = new vscode.EventEmitter<NotebookSession>();
  private readonly live = new vscode.EventEmitter<NotebookSession>();
  private readonly ended = new vscode.EventEmitter<NotebookSession>();
  private readonly moved = new vscode.EventEmitter<Moved>();
  private readonly changed = new vscode.EventEmitter<NotebookSession | undefined>();
  private readonly registration: vscode.Disposable[];
  /** The server has answered `initialize`; requests sent now reach it before `launch`. */
  readonly onDidInitialize = this.initialized.event;
  /** The server has answered `launch` or `attach`. */
  readonly onDidLaunch = this.live.event;
  readonly onDidEnd = this.ended.event;
  /** A session's document has another name. */
  readonly onDidMove = this.moved.event;
  /** Something about some session has changed: cells, kernel, beginning, end. */
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registration = [
      vscode.debug.registerDebugAdapterTrackerFactory(TYPE, {
        createDebugAdapterTracker: (it) => this.track(it),
      }),
      vscode.debug.onDidTerminateDebugSession((it) => this.drop(it.id)),
    ];
  }

  get all(): NotebookSession[] {
    return [...this.byId.values()];
  }

  /** The session in which cells of `document` run, a notebook's or a file's URI; one that is ending is none any more. */
  of(document: vscode.Uri): NotebookSession | undefined {
    const all = this.all.filter((it) => it.isOf(document) && !it.isEnding);
    const launched = all.filter((it) => it.isLaunched);
    return launched.findLast((it) => !it.isQuiet) ?? launched.at(-1) ?? all.at(-1);
  }

  /** Have `session` be that of the document which the server is to know as `program`. */
  move(session: NotebookSession, program: string, filled?: Promise<void>): void {
    const { program: from, cellUris } = session;
    session.program = program;
    this.moved.fire({ session, from, cellUris, filled });
    this.changed.fire(session);
  }

  /** Whether what the server calls `program` has cells: as a session of it knows; before one does, as the text looks. */
  isOfNotebook(program: string): boolean {
    const own = this.all.filter((it) => it.program === program);
    return own.length > 0 ? own.some((it) => it.isOfNotebook) : documentsOf(program).some(isNotebook);
  }

  /** Wait for the end of what is ending of `document`. */
  async left(document: vscode.Uri): Promise<void> {
    for (const it of this.all) if (it.isOf(document) && it.isEnding) await this.until(it, () => false);
  }

  /** Wait until something of `session` is so, or it has ended. */
  until(session: NotebookSession, isSo: () => boolean): Promise<void> {
    const isOver = (): boolean => !this.byId.has(session.debug.id) || isSo();
    if (isOver()) return Promise.resolve();
    return new Promise((done) => {
      const watching = this.onDidChange(() => {
        if (!isOver()) return;
        watching.dispose();
        done();
      });
    });
  }

  /**
   * The session of what the user looks at. A notebook is looked at for itself; beside anything else, such as a module
   * of the program, it is the active debug session, if it is shown.
   */
  get current(): NotebookSession | undefined {
    const document = shown()?.uri;
    const own = document && this.of(document);
    if (own !== undefined || (document !== undefined && isNotebook(document))) return own;
    const visible = this.all.filter((it) => !it.isQuiet);
    if (this.active !== undefined && visible.includes(this.active)) return this.active;
    return visible.length === 1 ? visible[0] : undefined;
  }

  /** VS Code's active session if it is ours; VS Code may still name one that has ended. */
  get active(): NotebookSession | undefined {
    return this.all.find((it) => it.debug.id === vscode.debug.activeDebugSession?.id);
  }

  dispose(): void {
    for (const id of this.byId.keys()) this.drop(id);
    for (const it of [...this.registration, this.initialized, this.live, this.ended, this.moved, this.changed]) it.dispose();
  }

  private track(debug: vscode.DebugSession): vscode.DebugAdapterTracker {
    const config: Configuration = debug.configuration;
    const session = new NotebookSession(debug, config.program ?? config.notebook ?? '');
    return {
      onWillReceiveMessage: (message: Message) => session.asked(message),
      onDidSendMessage: (message: Message) => {
        session.told(message);
        if (isAnswer(message, 'initialize')) this.begin(session);
        else if (isAnswer(message, 'launch') || isAnswer(message, 'attach')) this.launched(session);
      },
      onExit: () => this.drop(debug.id),
    };
  }

  private begin(session: NotebookSession): void {
    this.byId.set(session.debug.id, session);
    session.onDidChange(() => this.changed.fire(session));
    this.initialized.fire(session);
    this.changed.fire(session);
  }

  private launched(session: NotebookSession): void {
    session.isLaunched = true;
    this.live.fire(session);
    this.changed.fire(session);
  }

  private drop(id: string): void {
    const session = this.byId.get(id);
    if (session === undefined) return;
    this.byId.delete(id);
    this.ended.fire(session);
    session.dispose();
    this.changed.fire(undefined);
  }
}

function isAnswer(message: Message, command: string): boolean {
  return message.type === 'response' && message.command === command && message.success === true;
}
