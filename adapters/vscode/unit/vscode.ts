// As much of VS Code's API as the unit tests need: what is put into it and what was asked of it can be looked at.
type Callback = (...args: unknown[]) => unknown;

export class Disposable {
  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((it) => it.dispose()));
  }

  constructor(readonly dispose: Callback) {}
}

export class EventEmitter<T> {
  private readonly listeners = new Set<(it: T) => void>();
  readonly event = (listener: (it: T) => void): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(it: T): void {
    for (const listener of [...this.listeners]) listener(it);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  static file(path: string): Uri {
    return new Uri('file', path);
  }

  static untitled(name: string): Uri {
    return new Uri('untitled', name);
  }

  private constructor(readonly scheme: string, readonly path: string) {}

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export class TabInputNotebook {
  constructor(readonly uri: Uri) {}
}

export class TabInputText {
  constructor(readonly uri: Uri) {}
}

export class Location {
  constructor(readonly uri: Uri, readonly range: unknown) {}
}

export class SourceBreakpoint {
  constructor(readonly location: unknown) {}
}

export class ThemeIcon {
  constructor(readonly id: string) {}
}

export class CodeLens {
  constructor(readonly range: unknown, readonly command?: unknown) {}
}

export class NotebookCellOutputItem {
  static stdout(text: string): NotebookCellOutputItem {
    return new NotebookCellOutputItem(Buffer.from(text), 'stdout');
  }

  static stderr(text: string): NotebookCellOutputItem {
    return new NotebookCellOutputItem(Buffer.from(text), 'stderr');
  }

  constructor(readonly data: Uint8Array, readonly mime: string) {}
}

export class NotebookCellOutput {
  constructor(public items: NotebookCellOutputItem[], readonly metadata?: object) {}
}

/** What the next questions are answered; what was asked stands in `asked`. */
export const answers: (string | undefined)[] = [];
export const asked: { text: string; detail?: string; buttons: string[] }[] = [];
export const settings = new Map<string, unknown>();

type Button = string | { title: string };

function ask(text: string, options: { detail?: string }, ...items: Button[]): Promise<Button | undefined> {
  const titleOf = (it: Button): string => (typeof it === 'string' ? it : it.title);
  asked.push({ text, ...options, buttons: items.map(titleOf) });
  const answer = answers.shift();
  return Promise.resolve(items.find((it) => titleOf(it) === answer));
}

type Factory = { createDebugAdapterTracker(session: object): Tracker };

/** What hears the messages of a debug session. */
export interface Tracker {
  onWillReceiveMessage(message: object): void;
  onDidSendMessage(message: object): void;
  onExit(): void;
}

const factories: Factory[] = [];
const trackers = new Map<string, Tracker>(); // by id
/** By id. */
export const stopped: string[] = [];
/** Configurations. */
export const started: object[] = [];
/** What a server answers to our requests, where that is not nothing. */
export const responses = new Map<string, (asked: unknown) => Promise<object>>();
export const requested: { id: string; command: string; args: unknown }[] = [];

/** Begin a debug session of `configuration`; its server ends it when it is asked to disconnect. */
export function debugged(id: string, configuration: object): Tracker {
  const customRequest = (command: string, args: unknown): Promise<unknown> => {
    requested.push({ id, command, args });
    tracker?.onWillReceiveMessage({ type: 'request', seq: requested.length, command, arguments: args });
    if (command === 'disconnect') tracker?.onExit();
    return responses.get(command)?.(args) ?? Promise.resolve({});
  };
  const tracker = factories.at(-1)?.createDebugAdapterTracker({ id, configuration, customRequest });
  if (tracker === undefined) throw new Error('nobody tracks sessions');
  trackers.set(id, tracker);
  return tracker;
}

export const breakpointsChanged = new EventEmitter<{ removed: SourceBreakpoint[] }>();
export const debug = {
  breakpoints: [],
  added: [] as SourceBreakpoint[],
  addBreakpoints: (them: SourceBreakpoint[]) => debug.added.push(...them),
  onDidChangeBreakpoints: breakpointsChanged.event,
  activeDebugSession: undefined as { id: string } | undefined,
  registerDebugAdapterTrackerFactory: (_type: string, factory: Factory) => {
    factories.push(factory);
    return new Disposable(() => factories.splice(factories.indexOf(factory), 1));
  },
  onDidTerminateDebugSession: new EventEmitter<{ id: string }>().event,
  onDidChangeActiveDebugSession: new EventEmitter<undefined>().event,
  startDebugging: (_folder: unknown, configuration: object) => Promise.resolve(started.push(configuration) > 0),
  stopDebugging: ({ id }: { id: string }) => {
    stopped.push(id);
    trackers.get(id)?.onExit();
    return Promise.resolve();
  },
};
const registered = new Map<string, Callback>();
/** Commands of VS Code. */
export const executed: string[] = [];
export const commands = {
  registerCommand: (name: string, handler: Callback) => {
    registered.set(name, handler);
    return new Disposable(() => registered.delete(name));
  },
  executeCommand: (name: string, ...args: unknown[]) => {
    const own = registered.get(name);
    if (own === undefined) executed.push(name);
    return Promise.resolve(own?.(...args));
  },
};
export const tabsChanged = new EventEmitter<{ opened: { input: unknown }[]; closed: { input: unknown }[] }>();
export const window = {
  activeNotebookEditor: undefined as { notebook: { uri: Uri; notebookType: string } } | undefined,
  onDidChangeActiveNotebookEditor: new EventEmitter<unknown>().event,
  activeTextEditor: undefined,
  activeTerminal: undefined,
  visibleNotebookEditors: [] as { notebook: unknown }[],
  createTerminal: () => ({ show: () => undefined, dispose: () => undefined }),
  showWarningMessage: ask,
  showErrorMessage: ask,
  showInformationMessage: ask,
  withProgress: (_options: object, task: (progress: object, token: object) => Promise<unknown>) =>
    task({}, { onCancellationRequested: () => new Disposable(() => undefined) }),
  tabGroups: { all: [], onDidChangeTabs: tabsChanged.event },
};
export const ConfigurationTarget = { Global: 1 };
export const ProgressLocation = { Notification: 15 };
/** Other extensions: what activating each returns, by id. */
export const installed = new Map<string, unknown>();
export const extensionsChanged = new EventEmitter<void>();
export const extensions = {
  onDidChange: extensionsChanged.event,
  getExtension: (id: string) => (installed.has(id) ? { activate: () => Promise.resolve(installed.get(id)) } : undefined),
};
export const willRename = new EventEmitter<{ files: { oldUri: Uri }[] }>();
export const didRename = new EventEmitter<{ files: { oldUri: Uri; newUri: Uri }[] }>();
export const textClosed = new EventEmitter<{ uri: Uri }>();
export const notebookChanged = new EventEmitter<unknown>();
export const workspace = {
  onWillRenameFiles: willRename.event,
  onDidRenameFiles: didRename.event,
  onDidChangeNotebookDocument: notebookChanged.event,
  onDidChangeTextDocument: new EventEmitter<unknown>().event,
  onDidSaveTextDocument: new EventEmitter<unknown>().event,
  onDidOpenNotebookDocument: new EventEmitter<unknown>().event,
  onDidCloseNotebookDocument: new EventEmitter<unknown>().event,
  onDidCloseTextDocument: textClosed.event,
  /** Every file was written just now. */
  fs: { stat: () => Promise.resolve({ mtime: Date.now() }) },
  getWorkspaceFolder: () => undefined,
  workspaceFolders: undefined as { uri: Uri }[] | undefined,
  onDidChangeConfiguration: new EventEmitter<{ affectsConfiguration(name: string): boolean }>().event,
  notebookDocuments: [] as { uri: Uri; isDirty?: boolean }[],
  textDocuments: [] as { uri: Uri; languageId: string; isDirty?: boolean; getText(): string }[],
  getConfiguration: () => ({
    get: (name: string, otherwise: unknown) => settings.get(name) ?? otherwise,
    update: (name: string, value: unknown) => Promise.resolve(settings.set(name, value)),
  }),
};
