// When a line that `input()` waits for is wanted no more. Pure.
import type { KernelState, NotebookCell } from '../protocol';

/** Whether what a cell tells ends the wait of the cell `waiting`: it has ended, or another one has begun. */
export function cellEnds(waiting: string | undefined, { id, state }: NotebookCell): boolean {
  if (waiting === undefined) return false; // a thread asks, whose cell has ended before
  return id === waiting ? state !== 'running' : state === 'running';
}

/** Whether nothing can wait in a kernel of this state; a thread can, in an idle one. */
export function kernelEnds(waiting: string | undefined, state: KernelState): boolean {
  return state !== 'busy' && state !== 'stopped' && (waiting !== undefined || state !== 'idle');
}
