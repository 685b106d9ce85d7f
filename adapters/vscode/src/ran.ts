// Whether something has run in a kernel: something of it is lost when that ends. Pure.
import type { CellState, NotebookCell } from './protocol';

/** What is told of a cell that has begun in no kernel, or not yet; any other has, also one that was edited since. */
const NOT_BEGUN: ReadonlySet<CellState> = new Set(['new', 'queued']);

export function hasRun(cells: Iterable<NotebookCell>): boolean {
  return [...cells].some((it) => it.durationS !== undefined || !NOT_BEGUN.has(it.state ?? 'new'));
}

/** Whether a request has Python run that was typed in the console: no watch, and no command of the console's own. */
export function runsCode(command: string | undefined, args: unknown): boolean {
  if (command !== 'evaluate') return false;
  const { context, expression = '' } = (args ?? {}) as { context?: string; expression?: string };
  return context === 'repl' && !/^\s*:(?!:)/.test(expression);
}
