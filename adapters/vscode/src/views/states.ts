// Which cells the gutter marks, and what the status bar says. Pure.
import type { CellState, KernelState, NotebookCell } from '../protocol';

export type Mark = 'stale' | 'failed';

const STALE: ReadonlySet<CellState> = new Set(['stale', 'interrupted', 'stopped']);

/** `hasRun`: some cell of the notebook has run; before that, new ones are nothing special. */
export function markOf(cell: NotebookCell, hasRun: boolean): Mark | undefined {
  const state = cell.state ?? 'new';
  if (cell.kind !== 'code' || cell.problem !== undefined) return undefined;
  if (state === 'failed') return 'failed';
  return STALE.has(state) || (hasRun && state === 'new') ? 'stale' : undefined;
}

export function hasRun(cells: Iterable<NotebookCell>): boolean {
  return [...cells].some((it) => it.durationS !== undefined || !['new', 'queued'].includes(it.state ?? 'new'));
}

const ICONS: Record<KernelState, string> = {
  notStarted: 'circle-outline', starting: 'loading~spin', idle: 'check',
  busy: 'sync~spin', stopped: 'debug-pause', dead: 'error',
};
const WORDS: Record<KernelState, string> = {
  notStarted: 'not started', starting: 'starting', idle: 'idle', busy: 'busy', stopped: 'stopped', dead: 'ended',
};

/** What the status bar says of a kernel: `$(sync~spin) trips.ipynb: busy, 2 stale`. */
export function statusText(name: string, kernel: KernelState, cells: Iterable<NotebookCell>): string {
  const all = [...cells];
  const ran = hasRun(all);
  const stale = all.filter((it) => markOf(it, ran) !== undefined).length;
  return `$(${ICONS[kernel]}) ${name}: ${WORDS[kernel]}${stale > 0 ? `, ${stale} stale` : ''}`;
}
