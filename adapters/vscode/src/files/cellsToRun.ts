// Which cells of a file a command runs, as the server is asked. Pure.
import type { CellState, NotebookCell, Run } from '../protocol';

export type What = 'at' | 'above' | 'below' | 'toHere';

const VALID: ReadonlySet<CellState> = new Set(['done', 'running', 'queued']);

/** What `what` runs of the notebook with these `cells`, for the cell at `line`, from 1, whose code is at `code`. */
export function chosen(what: What, line: number, code: number, cells: readonly NotebookCell[]): Run {
  if (what === 'above') return { above: line };
  if (what === 'below') return { below: line };
  const run = cells.filter((it) => it.kind === 'code');
  const own = run.findLast((it) => it.line <= code);
  if (what === 'at' || own === undefined) return { at: line };
  const before = run.slice(0, run.indexOf(own)).filter((it) => !VALID.has(it.state ?? 'new'));
  return { cells: [...before, own].map((it) => it.id) };
}
