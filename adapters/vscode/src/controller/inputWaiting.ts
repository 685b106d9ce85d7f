// When a line that `input()` waits for is wanted no more. Pure.
import type { KernelState, NotebookCell } from '../protocol';

export const END_OF_FILE = '\u0004';

/** The line that is given by what is typed; undefined: that is a command of the console's, or ends the input. */
export function lineOf(expression: string): string | undefined {
  if (expression === END_OF_FILE || /^\s*:(?!:)/.test(expression)) return undefined;
  return expression.replace(/^(\s*)::/, '$1:');
}

/** Whether what a cell tells ends the wait of the cell `waiting`: it has ended, or another one has begun. */
export function cellEnds(waiting: string | undefined, { id, state }: NotebookCell): boolean {
  if (waiting === undefined) return false; // a thread asks, whose cell has ended before
  return id === waiting ? state !== 'running' : state === 'running';
}

/** Whether nothing can wait in a kernel of this state; a thread can, in an idle one. */
export function kernelEnds(waiting: string | undefined, state: KernelState): boolean {
  return state !== 'busy' && state !== 'stopped' && (waiting !== undefined || state !== 'idle');
}
