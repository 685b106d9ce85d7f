// Whether cells have run in a kernel: something of them is lost when it ends. Pure.
import type { CellState, NotebookCell } from './protocol';

/** What is told of a cell that has begun in no kernel, or not yet; any other has, also one that was edited since. */
const NOT_BEGUN: ReadonlySet<CellState> = new Set(['new', 'queued']);

export function hasRun(cells: Iterable<NotebookCell>): boolean {
  return [...cells].some((it) => it.durationS !== undefined || !NOT_BEGUN.has(it.state ?? 'new'));
}
