// Whether VS Code's own commands for a debugger end the kernel with it. Pure.
import type { Configuration } from './configuration';

export const STOP = 'workbench.action.debug.stop';
export const RESTART = 'workbench.action.debug.restart';

/** `keepsKernel`: the kernel goes on without this debugger when it leaves. */
export function endsKernel(command: unknown, { request, onRestart = 'kernel' }: Configuration, keepsKernel: boolean): boolean {
  if (command === STOP) return request === 'launch' && !keepsKernel;
  return command === RESTART && onRestart === 'kernel';
}
