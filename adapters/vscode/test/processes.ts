// The kernels' processes, as their cells tell them.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './workbench';

/** A cell's text: it tells its kernel's process. */
export const TELLS_ID = 'import os\nwith open("kernels", "a") as told:\n    print(os.getpid(), file=told)\nkept = 41';

/** A cell's text: it holds the kernel until `letGo`. */
export const HOLDS = 'import os, time\nwhile not os.path.exists("enough"):\n    time.sleep(0.01)';

/** Let what is held by `HOLDS` go on. */
export function letGo(folder: string): void {
  writeFileSync(join(folder, 'enough'), '');
}

/** The processes that have run `TELLS_ID`, the newest last. */
export function kernelsIn(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'kernels'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The process of the kernel that has run `TELLS_ID` last. */
export function kernelIn(folder: string): number {
  const newest = kernelsIn(folder).at(-1);
  if (newest === undefined) throw new Error('no kernel has told its process');
  return newest;
}

/** The process that has started another. */
export function parentOf(id: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', `${id}`], { encoding: 'utf8' }));
}

export function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

export async function isGone(id: number): Promise<void> {
  await until(`the end of kernel ${id}`, () => !isAlive(id));
}
