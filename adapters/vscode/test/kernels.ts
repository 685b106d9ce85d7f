// Which kernel runs a notebook's cells, how long it lives, and what it is told.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Editor, Notebook } from './editor';
import { HOLDS, isAlive, isGone, kernelIn, letGo, parentOf, TELLS_ID } from './processes';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

export function kernels(tell: Tell): void {
  tell('two cells that are run at once share a kernel', { 'nb.ipynb': notebook('a = 1', 'print("a is", a)') }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(0, 1);
    await editor.press('Shift+Enter', 'Shift+Enter');
    await editor.ended(1, 'success');
    await editor.shows('a is 1');
    assert.equal(await editor.order(1), '[2]');
  });

  tell('F5 after Run cell: a fresh kernel, in which Run then goes on', { 'nb.ipynb': notebook(TELLS_ID, 'print("sum", kept + 1)') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    const first = kernelIn(folder);
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.answer('Debug in a Fresh Kernel');
    await editor.stopsAt('print("sum", kept + 1)');
    await isGone(first);
    const second = kernelIn(folder);
    assert.notEqual(second, first);
    await editor.press('F5');
    await editor.ended(1, 'success');
    await editor.type(1, 'print("edited", kept + 2)');
    await editor.run(1);
    await editor.shows('edited 43');
    await editor.press('Shift+F5');
    await editor.ends();
    await isGone(second);
  });

  const lingers = 'import time\nprint("begun")\ntry:\n    time.sleep(600)\nfinally:\n    time.sleep(0.8)';
  tell('Run cell at once after the end of a session begins anew', { 'nb.ipynb': notebook(TELLS_ID, lingers) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.press('F5');
    await editor.shows('begun');
    const kernel = kernelIn(folder);
    await editor.press('Shift+F5');
    await editor.answer('Stop');
    await editor.run(0);
    await until('the run in another kernel', () => kernelIn(folder) !== kernel || undefined);
    await editor.ended(0, 'success');
    await page.locator('.statusbar-item').filter({ hasText: /nb\.ipynb: idle/ }).first().waitFor();
    assert.ok(!isAlive(kernel));
    assert.equal(await editor.order(0), '[1]');
    assert.equal(await editor.isToolbarShown(), false);
  });

  tell('a notebook that is closed takes its hidden kernel along', { 'nb.ipynb': notebook(TELLS_ID) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    const kernel = kernelIn(folder);
    assert.ok(isAlive(kernel));
    await editor.command('View: Close Editor');
    await page.getByText("Don't Save", { exact: true }).click(); // it has outputs now
    await editor.answer('End Kernel');
    await isGone(kernel);
  });

  tell('a kernel is shut down by command, and Run begins anew', { 'nb.ipynb': notebook(TELLS_ID), 'other.txt': '' }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    const kernel = kernelIn(folder);
    await new Editor(page).open('other.txt');
    await editor.command('dap-kernel: Shut Down Kernel');
    await page.locator('.notification-toast').getByText('No notebook is being debugged').waitFor();
    assert.ok(isAlive(kernel), 'it is not the kernel of what is shown');
    await page.locator('.tab[data-resource-name="nb.ipynb"]').click();
    await editor.command('dap-kernel: Shut Down Kernel');
    await editor.answer('Shut Down');
    await isGone(kernel);
    await editor.run(0);
    await until('the run in another kernel', () => kernelIn(folder) !== kernel || undefined);
    await editor.ended(0, 'success');
    assert.equal(await editor.order(0), '[1]');
  });

  const own = (name: string): string => notebook(`name = "${name}"\n${HOLDS}`, 'print("I am", name)');
  tell('two notebooks at once have a kernel each', { 'a.ipynb': own('a'), 'b.ipynb': own('b') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    for (const name of ['a.ipynb', 'b.ipynb']) {
      await editor.open(name);
      await editor.shownCell(0, `name = "${name.charAt(0)}"`);
      await editor.run(0);
      await editor.run(1);
    }
    letGo(folder);
    await editor.ended(1, 'success');
    await editor.shows('I am b');
    await page.locator('.statusbar-item').filter({ hasText: /b\.ipynb: idle$/ }).first().waitFor();
    await page.locator('.tab[data-resource-name="a.ipynb"]').click();
    await editor.shownCell(0, 'name = "a"');
    await editor.ended(1, 'success');
    await editor.shows('I am a');
    assert.equal(await editor.order(1), '[2]');
    await page.locator('.statusbar-item').filter({ hasText: /a\.ipynb: idle$/ }).first().waitFor();
  });

  tell('Debug cell takes its own kernel, where another one waits, and gives it back; a restart debugs the cell again', { 'nb.ipynb': notebook(TELLS_ID, 'print("sum", kept + 1)') }, async ({ page, folder, leaveWaiting }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    const kernel = kernelIn(folder);
    await leaveWaiting(join(folder, 'nb.ipynb'));
    assert.notEqual(kernel, kernelIn(folder));
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.debug(1);
    await editor.stopsAt('print("sum", kept + 1)');
    assert.equal(await editor.evaluate('__import__("os").getpid()'), `${kernel}`);
    await editor.click(1, 1);
    await editor.press('F5');
    await editor.ended(1, 'success');
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.type(1, 'print("kept", kept + 2)'); // the kernel has outlived the debugger
    await editor.run(1);
    await editor.shows('kept 43');
    assert.equal(await editor.isToolbarShown(), false);
    assert.equal(await editor.order(1), '[3]');
    await editor.debug(1);
    await editor.stopsAt('print("kept", kept + 2)');
    await editor.click(1, 1);
    await editor.press('F5');
    await editor.ended(1, 'success');
    await editor.press('Control+Shift+F5');
    await editor.stopsAt('print("kept", kept + 2)');
    await editor.press('Shift+F5');
    await editor.ends();
    assert.ok(isAlive(kernel));
    await editor.command('dap-kernel: Shut Down Kernel');
    await editor.answer('Shut Down');
    await isGone(kernel);
  });

  tell('after a crash of the extension host Run goes on in the kernel that waits', { 'nb.ipynb': notebook(TELLS_ID, 'print("sum", kept + 1)') }, async ({ page, folder, reload }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    const kernel = kernelIn(folder);
    await editor.press('Control+S');
    await page.waitForSelector('.tab.active:not(.dirty)');
    process.kill(parentOf(parentOf(kernel)), 'SIGKILL');
    await reload();
    await editor.open('nb.ipynb');
    await editor.run(1);
    await page.locator('.notification-toast').getByText('nb.ipynb goes on in the kernel that was left running').waitFor();
    await editor.shows('sum 42');
    await editor.ended(1, 'success');
    assert.equal(await editor.order(1), '[2]');
    assert.equal(await editor.isToolbarShown(), false);
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.debug(1);
    await editor.stopsAt('print("sum", kept + 1)');
    assert.equal(await editor.evaluate('__import__("os").getpid()'), `${kernel}`);
    await editor.press('F5');
    await editor.ended(1, 'success');
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.command('dap-kernel: Shut Down Kernel');
    await editor.answer('Shut Down');
    await isGone(kernel);
    await editor.run(0);
    await until('the run in another kernel', () => kernelIn(folder) !== kernel || undefined);
    await editor.ended(0, 'success');
    assert.equal(await editor.order(0), '[1]');
  });

  const cells = '# %% numbers\nnumbers = [1, 2, 3]\n\n# %% total\ntotal = sum(numbers)\n';
  tell('a file that is saved at once after the last key is looked at', { 'cells.py': cells }, async ({ page }) => {
    const editor = new Editor(page);
    const status = (text: RegExp): Promise<void> => page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor();
    await editor.open('cells.py');
    await editor.press('F5');
    await status(/cells\.py: idle$/);
    await editor.press('Control+1');
    await editor.goto(5);
    await editor.press('End');
    await page.keyboard.insertText(' + 100');
    await editor.press('Control+S');
    await status(/cells\.py: idle, 1 stale/);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const shadows = { 'sums.py': 'print("sum", 6 * 7)\n', 'logging.py': '1 / 0\n', 'queue.py': '1 / 0\n', 'random.py': '1 / 0\n' };
  tell('a project may have modules with the names of the library', shadows, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('sums.py');
    await editor.press('F5');
    await until('the output', async () => (await editor.console()).includes('sum 42') || undefined);
    await editor.ends();
  });
}
