// A stop is never left where nobody sees it: what was stopped goes on when its debugger leaves, whichever way.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goesRound, LOOP, stopsInLoop } from './loop';
import { isAlive, kernelIn } from './processes';
import { status } from './statusBar';
import { notebook, type Tell } from './stories';

export function stops(tell: Tell): void {
  tell('Shift+F5 at a breakpoint in a loop: the cell goes on, and ends as a cell that was run', { 'nb.ipynb': notebook(LOOP, 'print("n is", n > 0)') }, async ({ page, folder }) => {
    const editor = await stopsInLoop(page, 'nb.ipynb');
    for (const order of ['[1]', '[2]']) { // the second time in a kernel that was there
      if (order !== '[1]') await editor.debug(0);
      await editor.stopsAt('n += 1');
      await editor.press('Shift+F5');
      await editor.ends();
      await goesRound(folder);
      assert.equal(await editor.stoppedLine(), undefined);
      await status(page, /nb\.ipynb: busy/);
      assert.equal(await editor.cell(0).locator('.codicon-notebook-state-executing').count() > 0, true, 'it is shown as running');
      writeFileSync(join(folder, 'enough'), '');
      await editor.ended(0, 'success');
      await editor.shows('went on');
      await status(page, /nb\.ipynb: idle/);
      assert.equal(await editor.order(0), order);
      rmSync(join(folder, 'enough'));
    }
    await editor.run(1);
    await editor.shows('n is True');
    assert.equal(await editor.isToolbarShown(), false);
  });

  const fails = `${LOOP}\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\nbreakpoint()\nraise ValueError("at the end")`;
  tell('what fails after its debugger has left is not looked at post mortem', { 'nb.ipynb': notebook(fails) }, async ({ page, folder }) => {
    const editor = await stopsInLoop(page, 'nb.ipynb');
    await editor.press('Shift+F5');
    await editor.ends();
    writeFileSync(join(folder, 'enough'), '');
    await editor.ended(0, 'error');
    await editor.shows('at the end');
    await status(page, /nb\.ipynb: idle/);
    assert.equal(await editor.stoppedLine(), undefined);
  });

  tell('Disconnect of what F5 has begun leaves its kernel to Run cell', { 'nb.ipynb': notebook(LOOP, 'print("n is", n > 0)') }, async ({ page, folder }) => {
    const editor = await stopsInLoop(page, 'nb.ipynb', (it) => it.press('F5'));
    const kernel = kernelIn(folder);
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
    const editor = await stopsInLoop(page, 'a.ipynb');
    await editor.open('b.ipynb');
    await editor.shownCell(0, 'b is');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('b is True');
    await status(page, /b\.ipynb: idle/);
    assert.equal(await editor.isToolbarShown(), true, 'the other is stopped yet');
    await editor.press('Shift+F5');
    await editor.ends();
    await goesRound(folder);
    await editor.run(1);
    await editor.shows('again');
    assert.equal(await editor.order(1), '[2]');
    writeFileSync(join(folder, 'enough'), '');
    await page.locator('.tab[data-resource-name="a.ipynb"]').click();
    await editor.shownCell(0, 'n += 1');
    await editor.ended(0, 'success');
    await editor.shows('went on');
  });
}
