// A cell that runs round in a loop, and whether it does: at a stop that nobody sees it would not.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Notebook } from './editor';
import { TELLS_ID } from './processes';
import { until } from './workbench';

const STEP = 'n += 1';

/** Tells its process, then counts in the file "count" until there is a file "enough". */
export const LOOP = `${TELLS_ID}\nimport time\nn = 0\nwhile not os.path.exists("enough"):\n    ${STEP}\n`
  + '    open("count", "w").write(str(n))\n    time.sleep(0.01)\nprint("went on")';
export const LOOP_LINE = LOOP.split('\n').findIndex((it) => it.trim() === STEP) + 1;

function count(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'count'), 'utf8'));
  } catch {
    return 0;
  }
}

/** Wait until the loop has gone round many times, or the kernel is gone. */
export async function goesRound(folder: string, isGone = (): boolean => false): Promise<void> {
  const before = count(folder);
  await until('the loop to go on', () => isGone() || count(folder) > before + 20);
}

/** Open a notebook whose first cell is the loop, and have the loop stop at a breakpoint: by Debug Cell, or as `begin` begins. */
export async function stopsInLoop(page: Page, name: string, begin = (it: Notebook): Promise<void> => it.debug(0)): Promise<Notebook> {
  const editor = new Notebook(page);
  await editor.open(name);
  await editor.shownCell(0, STEP);
  await editor.click(0, LOOP_LINE);
  await editor.toggleBreakpoint();
  await begin(editor);
  await editor.stopsAt(STEP);
  return editor;
}
