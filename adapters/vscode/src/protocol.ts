// The server's own requests and events, as docs/protocol.md tells them. Types only.
import type { TableRequests } from './tables/tableProtocol';

/** Any message of the protocol, as far as it is looked at. */
export interface Message {
  seq: number;
  type: string;
  command?: string;
  arguments?: unknown;
  event?: string;
  body?: unknown;
  request_seq?: number;
  success?: boolean;
}

export type CellState =
  | 'new' | 'queued' | 'running' | 'done' | 'failed' | 'stopped' | 'interrupted' | 'stale';
export type KernelState = 'notStarted' | 'starting' | 'idle' | 'busy' | 'stopped' | 'dead';
export type CellKind = 'code' | 'markdown' | 'raw' | 'foreign';

export interface NotebookCell {
  id: string;
  name: string;
  kind: CellKind;
  line: number;
  endLine: number;
  state?: CellState;
  number?: number;
  problem?: string;
  durationS?: number;
  error?: string;
  errorLine?: number;
  traceback?: string;
}

/** What runs: docs/launch.md, "What runs". */
export type Run =
  | 'all' | 'stale' | 'none' | 'next'
  | { cells: (string | number)[] } | { above: number } | { below: number } | { at: number };

export interface Source {
  name?: string;
  path?: string;
  sourceReference?: number;
}

export interface SyncedCell {
  uri: string;
  text: string;
  kind: 'code' | 'markdown' | 'raw';
  id?: string;
  tags?: string[];
}

export interface Requests extends TableRequests {
  notebookCells: { arguments: { path?: string }; body: { cells: NotebookCell[]; kernel: KernelState; format?: string } };
  notebookRun: { arguments: { run?: Run; path?: string; noDebug?: boolean; stopOnEntry?: boolean }; body: { cells: string[] } };
  notebookSync: {
    arguments: { path: string; cells?: SyncedCell[]; text?: string; format?: string };
    body: { cells: NotebookCell[]; format?: string };
  };
  notebookMove: { arguments: { path: string }; body: { cells: NotebookCell[] } };
  notebookInterrupt: { arguments: Record<string, never>; body: undefined };
}

export interface LineBody {
  cellId: string;
  source?: Source;
  /** 1-based; absent: nothing runs any more. */
  line?: number;
  via?: string;
  /** The outermost loop that the line is in; `elapsedS` is of that then. */
  loop?: { source: Source; line: number };
  /** How long the line has run already, in seconds. */
  elapsedS?: number;
}

export interface KernelBody {
  state: KernelState;
  reason?: string;
  python?: string;
  systemProcessId?: number;
}

/** A plot or rich value: a MIME bundle, its binary values base64. */
export interface DisplayBody {
  data: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  cellId?: string;
  source?: Source;
  line?: number;
  displayId?: string;
  /** It takes the place of what had its `displayId`. */
  update?: boolean;
  /** What the cell has shown so far goes away; `data` is empty. */
  clear?: boolean;
  /** It is the cell's value. */
  isResult?: boolean;
}

export type Stream = 'stdout' | 'stderr';

/** What a cell is writing over, as progress bars do, behind what it has printed; empty: nothing any more. */
export interface ProgressBody {
  cellId: string;
  category: Stream;
  held: string;
}

export interface OutputBody {
  category?: string;
  output: string;
  source?: Source;
  line?: number;
  data?: { cellId?: string; held?: string; missingModule?: string; inputWanted?: { prompt: string; isHidden: boolean } };
}

export interface Events {
  notebookLine: LineBody;
  notebookCell: { cell: NotebookCell };
  notebookKernel: KernelBody;
  notebookVariablesChanged: Record<string, never>;
  notebookDisplay: DisplayBody;
  notebookProgress: ProgressBody;
  output: OutputBody;
  stopped: { reason: string; threadId?: number; text?: string };
  continued: { threadId?: number };
  process: { name: string };
  terminated: unknown;
}

/** What the client asks, of which some parts want to know. */
export interface Asked {
  evaluate: { expression: string; context?: string; frameId?: number };
}
