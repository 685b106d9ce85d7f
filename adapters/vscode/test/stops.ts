// A stop is never left where nobody sees it: what was stopped goes on when its debugger leaves, whichever way.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Notebook } from './editor';
import { isAlive } from './processes';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const STEP = 'n += 1';
/** Counts in the file "count" until there is a file "enough". */
const LOOP = `import os, time\nopen("kernels", "w").write(f"{os.getpid()}\\n")\nn = 0\nwhile not os.path.exists("enough"):\n    ${STEP}\n`
  + '    open("count", "w").write(str(n))\n    time.sleep(0.01)\nprint("went on")';
const LINE = 5; // of STEP

function count(folder: string): number {
  try {
    return Number(readFileSync(join(folder, 'count'), 'utf8'));
  } catch {
    return 0;
  }
}

/** Wait until the loop has gone round many times. */
async function goesRound(folder: string): Promise<void> {
  const before = count(folder);
  await until('the loop to go on', () => count(folder) > before + 20);
}

async function status(editor: Notebook, text: RegExp): Promise<void> {
  await editor.page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor();
}

export function stops(tell: Tell): void {
  tell('Shift+F5 at a breakpoint in a loop: the cell goes on, and ends as a cell that was run', { 'nb.ipynb': notebook(LOOP, 'print("n is", n > 0)') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(0, LINE);
    await editor.toggleBreakpoint();
    for (const order of ['[1]', '[2]']) { // the second time in a kernel that was there
      await editor.debug(0);
      await editor.stopsAt(STEP);
      await editor.press('Shift+F5');
      await editor.ends();
      await goesRound(folder);
      assert.equal(await editor.stoppedLine(), undefined);
      await status(editor, /nb\.ipynb: busy/);
      assert.equal(await editor.cell(0).locator('.codicon-notebook-state-executing').count() > 0, true, 'it is shown as running');
      writeFileSync(join(folder, 'enough'), '');
      await editor.ended(0, 'success');
      await editor.shows('went on');
      await status(editor, /nb\.ipynb: idle/);
      assert.equal(await editor.order(0), order);
      rmSync(join(folder, 'enough'));
    }
    await editor.run(1);
    await editor.shows('n is True');
    assert.equal(await editor.isToolbarShown(), false);
  });

  const fails = `${LOOP}\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\nbreakpoint()\nraise ValueError("at the end")`;
  tell('what fails after its debugger has left is not looked at post mortem', { 'nb.ipynb': notebook(fails) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(0, LINE);
    await editor.toggleBreakpoint();
    await editor.debug(0);
    await editor.stopsAt(STEP);
    await editor.press('Shift+F5');
    await editor.ends();
    writeFileSync(join(folder, 'enough'), '');
    await editor.ended(0, 'error');
    await editor.shows('at the end');
    await status(editor, /nb\.ipynb: idle/);
    assert.equal(await editor.stoppedLine(), undefined);
  });

  tell('a window that is loaded anew at a stop leaves nothing stopped', { 'nb.ipynb': notebook(LOOP) }, async ({ page, folder, reload }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(0, LINE);
    await editor.toggleBreakpoint();
    await editor.debug(0);
    await editor.stopsAt(STEP);
    const kernel = Number(readFileSync(join(folder, 'kernels'), 'utf8'));
    const before = count(folder);
    await editor.press('Control+Shift+E'); // a window that is loaded shows what it has shown
    await reload();
    await until('the kernel to go on, or to be gone', () => !isAlive(kernel) || count(folder) > before + 20);
  });

  tell('Disconnect of what F5 has begun leaves its kernel to Run cell', { 'nb.ipynb': notebook(LOOP, 'print("n is", n > 0)') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(0, LINE);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt(STEP);
    const kernel = Number(readFileSync(join(folder, 'kernels'), 'utf8'));
    await page.locator('.debug-toolbar .monaco-dropdown-with-default .dropdown-action-container, .debug-toolbar .codicon-chevron-down, .debug-toolbar .codicon-drop-down-button').last().click();
    await page.locator('.context-view .action-label, .monaco-menu .action-label').filter({ hasText: 'Disconnect' }).first().click();
    await editor.ends();
    await goesRound(folder);
    writeFileSync(join(folder, 'enough'), '');
    await editor.ended(0, 'success');
    await editor.shows('went on');
    await editor.run(1);
    await editor.shows('n is True');
    assert.ok(isAlive(kernel));
    assert.equal(await editor.isToolbarShown(), false);
  });

  const written = { count: '0', kernels: '' }; // from the beginning: the list of files stays as it is
  const two = { ...written, 'a.ipynb': notebook(LOOP), 'b.ipynb': notebook('import os\nprint("b is", os.getpid() > 0)', 'print("again")') };
  tell('of two notebooks one is stopped: the other runs, and the end of the debugger is the end of that one', two, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('a.ipynb');
    await editor.shownCell(0, STEP);
    await editor.click(0, LINE);
    await editor.toggleBreakpoint();
    await editor.debug(0);
    await editor.stopsAt(STEP);
    await editor.open('b.ipynb');
    await editor.shownCell(0, 'b is');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('b is True');
    await status(editor, /b\.ipynb: idle/);
    assert.equal(await editor.isToolbarShown(), true, 'the other is stopped yet');
    await editor.press('Shift+F5');
    await editor.ends();
    await goesRound(folder);
    await editor.run(1);
    await editor.shows('again');
    assert.equal(await editor.order(1), '[2]');
    writeFileSync(join(folder, 'enough'), '');
    await page.locator('.tab[data-resource-name="a.ipynb"]').click();
    await editor.shownCell(0, STEP);
    await editor.ended(0, 'success');
    await editor.shows('went on');
  });
}
