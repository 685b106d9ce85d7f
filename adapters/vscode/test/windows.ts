// A stop whose window is lost, whichever way, and what another window of the folder has of it: nothing stays stopped.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Notebook } from './editor';
import { goesRound, LOOP, stopsInLoop } from './loop';
import { isAlive, kernelIn, kernelsIn, parentOf } from './processes';
import { status } from './statusBar';
import { notebook, type Opened, type Tell } from './stories';
import { until } from './workbench';

const SAYS = 'print("n is", n > 0)';
const FILES = { count: '0', kernels: '', 'nb.ipynb': notebook(LOOP, SAYS) }; // from the beginning: the list of files stays as it is

async function isQuiet(editor: Notebook): Promise<void> {
  assert.equal(await editor.stoppedLine(), undefined);
  assert.equal(await editor.isToolbarShown(), false);
}

/** Kill the server that has started a kernel, or who has started that one. */
function kill(folder: string, what: 'server' | 'extension host'): void {
  const server = parentOf(kernelIn(folder));
  assert.ok(server > 1, 'the kernel has a server that has started it');
  process.kill(what === 'server' ? server : parentOf(server), 'SIGKILL');
}

const LOST: [how: string, lose: (opened: Opened) => Promise<void> | void][] = [
  ['a window that is loaded anew', async ({ page, reload }) => {
    await new Notebook(page).press('Control+Shift+E'); // a window that is loaded shows what it has shown
    await reload();
  }],
  ['an extension host that is killed', ({ folder }) => kill(folder, 'extension host')],
  ['a server that is killed', ({ folder }) => kill(folder, 'server')],
];

export function windows(tell: Tell): void {
  for (const [how, lose] of LOST) {
    tell(`${how} at a stop leaves nothing stopped`, FILES, async (opened) => {
      const editor = await stopsInLoop(opened.page, 'nb.ipynb', (it) => it.press('F5'));
      const kernel = kernelIn(opened.folder);
      await lose(opened);
      await goesRound(opened.folder, () => !isAlive(kernel));
      await editor.ends();
    });
  }

  const leave: [how: string, leave: (opened: Opened, page: Page) => Promise<void>][] = [
    ['is closed', async (_, page) => {
      await page.close({ runBeforeUnload: true }); // as a person does
      await until('the end of the window', () => page.isClosed());
    }],
    ['is loaded anew', ({ reload }) => reload()],
  ];
  for (const [how, leaves] of leave) {
    tell(`of two windows on a notebook the one with the stop ${how}: the cell goes on, and the other goes on in its kernel`, FILES, async (opened) => {
      const { page, folder, beside } = opened;
      const editor = await stopsInLoop(page, 'nb.ipynb');
      const kernel = kernelIn(folder);
      const other = new Notebook(await beside());
      await other.open('nb.ipynb');
      await isQuiet(other);
      await page.bringToFront();
      await editor.press('Control+Shift+E');
      await leaves(opened, page);
      await goesRound(folder);
      await other.page.bringToFront();
      await isQuiet(other);
      writeFileSync(join(folder, 'enough'), '');
      await other.run(1);
      await other.shows('n is True');
      await status(other.page, /nb\.ipynb: idle/);
      await isQuiet(other);
      assert.deepEqual(kernelsIn(folder), [kernel]);
      assert.ok(isAlive(kernel));
    });
  }
}
