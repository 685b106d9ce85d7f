// Which cells of a file a command runs, as the server is asked. Pure.
import type { CellState, NotebookCell, Run } from '../protocol';

export type What = 'at' | 'above' | 'below' | 'toHere';

const VALID: ReadonlySet<CellState> = new Set(['done', 'running', 'queued']);

/** What `what` runs of the notebook with these `cells`, for the cell at `line`, from 1. */
export function chosen(what: What, line: number, cells: readonly NotebookCell[]): Run {
  if (what === 'above') return { above: line };
  if (what === 'below') return { below: line };
  const code = cells.filter((it) => it.kind === 'code');
  const own = code.findLast((it) => it.line <= line);
  if (what === 'at' || own === undefined) return { at: line };
  const before = code.slice(0, code.indexOf(own)).filter((it) => !VALID.has(it.state ?? 'new'));
  return { cells: [...before, own].map((it) => it.id) };
}
