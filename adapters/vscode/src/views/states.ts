// Which cells the gutter marks, and what the status bar says. Pure.
import type { CellState, KernelState, NotebookCell } from '../protocol';
import { hasRun } from '../ran';

export type Mark = 'stale' | 'failed';

const STALE: ReadonlySet<CellState> = new Set(['stale', 'interrupted', 'stopped']);

/** One that never ran is not stale: there is nothing of it in the kernel. */
export function markOf(cell: NotebookCell): Mark | undefined {
  if (!canRun(cell)) return undefined;
  const state = cell.state ?? 'new';
  if (state === 'failed') return 'failed';
  return STALE.has(state) ? 'stale' : undefined;
}

function canRun({ kind, problem }: NotebookCell): boolean {
  return kind === 'code' && problem === undefined;
}

/** What a hover over the status bar says. It is plain text: what is Markdown in a path or in what a kernel printed is not meant so. */
export function tooltipText(python: string | undefined, reason: string | undefined): string {
  return [python && `Python: ${python}`, reason, 'Click for what can be done with the kernel'].filter(Boolean).join('\n');
}

const ICONS: Record<KernelState, string> = {
  notStarted: 'circle-outline', starting: 'loading~spin', idle: 'check',
  busy: 'sync~spin', stopped: 'debug-pause', dead: 'error',
};
const WORDS: Record<KernelState, string> = {
  notStarted: 'not started', starting: 'starting', idle: 'idle', busy: 'busy', stopped: 'stopped', dead: 'ended',
};

/** What the status bar says of a kernel: `$(sync~spin) trips.ipynb: busy, 2 stale, 1 not run yet`. */
export function statusText(name: string, kernel: KernelState, cells: Iterable<NotebookCell>): string {
  const all = [...cells];
  const stale = all.filter((it) => markOf(it) !== undefined).length;
  const fresh = hasRun(all) ? all.filter((it) => canRun(it) && (it.state ?? 'new') === 'new').length : 0; // else it is all of them
  const more = [stale > 0 ? `, ${stale} stale` : '', fresh > 0 ? `, ${fresh} not run yet` : ''];
  return `$(${ICONS[kernel]}) ${name}: ${WORDS[kernel]}${more.join('')}`;
}
