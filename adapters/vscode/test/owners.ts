// Whose kernel it is: what a button or a key does, and to the kernel of which notebook, in whatever order.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Editor, Notebook } from './editor';
import { isAlive, isGone, kernelsIn, TELLS_ID } from './processes';
import { status } from './statusBar';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const SUM = 'print("sum", kept + 1)';

/** Wait until `count` kernels have run `TELLS_ID`, of which the newest alone is left; return that. */
async function onlyKernel(folder: string, count: number): Promise<number> {
  const told = (): string => kernelsIn(folder).map((it) => `${it}${isAlive(it) ? '' : ' (gone)'}`).join(', ');
  return until(() => `kernel ${count}, alone: ${told()}`, () => {
    const all = kernelsIn(folder);
    return all.length === count && all.filter(isAlive).length === 1 && isAlive(all.at(-1) ?? 0) ? all.at(-1) : undefined;
  });
}

async function toast(page: Page, text: string): Promise<void> {
  await page.locator('.notification-toast').getByText(text).first().waitFor();
}

export function owners(tell: Tell): void {
  const two = { 'a.ipynb': notebook('1 + 1'), 'b.ipynb': notebook(TELLS_ID) };
  tell('the buttons of a notebook without a kernel leave that of another one alone', two, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('b.ipynb');
    await editor.press('F5');
    await status(page, /b\.ipynb: idle$/);
    await editor.open('a.ipynb');
    await editor.shownCell(0, '1 + 1');
    await editor.command('dap-kernel: Shut Down Kernel');
    await toast(page, 'a.ipynb has no kernel');
    await editor.run(0); // shows the button
    await editor.ended(0, 'success');
    await status(page, /a\.ipynb: idle$/);
    await editor.command('dap-kernel: Shut Down Kernel');
    await editor.answer('Shut Down');
    await page.locator('.statusbar-item').filter({ hasText: 'a.ipynb: idle' }).waitFor({ state: 'hidden' });
    await editor.toolbar('Restart');
    await onlyKernel(folder, 1);
    await page.locator('.tab[data-resource-name="b.ipynb"]').click();
    await status(page, /b\.ipynb: idle$/);
    await editor.toolbar('Restart');
    await editor.answer('Restart');
    await onlyKernel(folder, 2);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('the keys that end or restart a debugger do nothing to the kernel of Run cell', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.press('Shift+F5', 'Control+Shift+F5', 'F6');
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.debug(1);
    await editor.stopsAt(SUM);
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.press('Shift+F5');
    await status(page, /nb\.ipynb: idle$/);
    await editor.press('Shift+F5', 'Control+Shift+F5');
    await editor.type(1, 'print("kept", kept + 2)');
    await editor.run(1);
    await editor.shows('kept 43');
    await onlyKernel(folder, 1);
    assert.equal(await editor.isToolbarShown(), false);
  });

  tell('Debug of the toolbar pressed twice debugs once; later it debugs in the kernel that is there', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.toolbar('Debug', 2);
    await editor.shows('sum 42');
    await editor.ended(1, 'success');
    await onlyKernel(folder, 1);
    await editor.type(1, 'print("again", kept + 1)');
    await editor.toolbar('Debug');
    await editor.shows('again 42');
    await editor.ended(1, 'success');
    assert.equal(new Set(kernelsIn(folder)).size, 1);
    assert.equal(await editor.order(1), '[4]');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('F5 and Run cell at once share a kernel', { 'nb.ipynb': notebook(TELLS_ID, 'print("ran in", os.getpid())') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.hasKernel();
    await editor.click(0, 1);
    await editor.press('F5');
    await editor.run(1);
    await until('F5 to have run', () => kernelsIn(folder).length > 0);
    const kernel = await onlyKernel(folder, 1);
    await status(page, /nb\.ipynb: idle$/);
    await editor.shows(`ran in ${kernel}`);
    await editor.type(1, 'print("and in", os.getpid())');
    await editor.run(1);
    await editor.shows(`and in ${kernel}`);
    await editor.press('Shift+F5');
    await editor.ends();
    await isGone(kernel);
  });

  const wrong = { '.vscode/launch.json': JSON.stringify({ configurations: [{ type: 'dap-kernel', request: 'launch', name: 'wrong', program: '${file}', run: 'nonsense' }] }) };
  tell('F5 that is refused leaves the kernel of Run cell', { ...wrong, 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.press('F5');
    await editor.answer('Debug in a Fresh Kernel');
    const refused = page.locator('.monaco-dialog-box');
    await refused.getByText('"run" must be').first().waitFor();
    await editor.press('Escape');
    await refused.waitFor({ state: 'hidden' });
    await editor.run(1);
    await editor.shows('sum 42');
    await onlyKernel(folder, 1);
  });

  tell('Debug cell in a session of Ctrl+F5 stops, in the same kernel', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.press('Control+F5');
    await editor.shows('sum 42');
    await editor.ended(1, 'success');
    await editor.debug(1);
    await editor.stopsAt(SUM);
    await onlyKernel(folder, 1);
    await editor.press('F5');
    await until('the second run', async () => (await editor.order(1)) === '[3]' || undefined);
    await editor.ended(1, 'success');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('F5 after a Debug cell that has ended begins anew', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.debug(0);
    await editor.ended(0, 'success');
    await status(page, /nb\.ipynb: idle, 1 not run yet$/);
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await page.locator('.monaco-dialog-box').getByText('nb.ipynb has a kernel in which code has run').waitFor();
    await onlyKernel(folder, 1);
    await editor.answer('Debug in a Fresh Kernel');
    await editor.stopsAt(SUM);
    await onlyKernel(folder, 2);
    await editor.press('F5');
    await editor.shows('sum 42');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const beside = { 'nb.ipynb': notebook(TELLS_ID), 'b.py': 'word = "beside"\nprint("runs", word)\nword = ""\n' };
  tell('F5 in a file beside an idle Debug cell debugs the file, and asks nothing', beside, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.debug(0);
    await editor.ended(0, 'success');
    await status(page, /nb\.ipynb: idle$/);
    const file = new Editor(page);
    await file.open('b.py');
    await file.goto(2);
    await file.toggleBreakpoint();
    await file.press('F5');
    await file.stopsAt('print("runs", word)');
    await file.press('F10'); // once it has ended, VS Code shows the console of the session that is left
    await file.stopsAt('word = ""');
    await until('the output', async () => (await file.console()).includes('runs beside') || undefined);
    await file.press('F5');
    await onlyKernel(folder, 1);
  });

  tell('Run cell right after Shift+F5 begins anew', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.press('F5');
    await editor.shows('sum 42');
    await status(page, /nb\.ipynb: idle$/);
    await editor.press('Shift+F5');
    await editor.answer('Stop');
    await editor.run(0);
    await onlyKernel(folder, 2);
    await editor.ended(0, 'success');
    assert.equal(await editor.order(0), '[1]');
  });

  const stale = { '.vscode/launch.json': JSON.stringify({ configurations: [{ type: 'dap-kernel', request: 'launch', name: 'stale', program: '${file}', onRestart: 'stale' }] }) };
  tell('Restart Kernel restarts it, whatever the debugger\'s own does', { ...stale, 'nb.ipynb': notebook(TELLS_ID) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.press('F5');
    await status(page, /nb\.ipynb: idle$/);
    await onlyKernel(folder, 1);
    await editor.toolbar('Restart');
    await editor.answer('Restart');
    await onlyKernel(folder, 2);
    await status(page, /nb\.ipynb: idle$/);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('Restart Kernel after Debug cell is on the Python that is picked now', { 'nb.ipynb': notebook(TELLS_ID, 'print("on", os.environ.get("PICKED"))') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.debug(1);
    await editor.shows('on None');
    await pick(editor, folder);
    await page.locator('.notification-toast').getByText('Restart Kernel', { exact: true }).click();
    await editor.answer('Restart');
    await until('the end of the kernel', () => kernelsIn(folder).every((it) => !isAlive(it)));
    await editor.type(1, 'import os\nprint("on", os.environ.get("PICKED"))');
    await until('the run on the other Python', async () => {
      await editor.run(1);
      await editor.ended(1, 'success');
      return (await editor.outputs()).some((it) => it.text.includes('on another')) || undefined;
    });
    assert.equal(await editor.order(1), '[1]');
  });

  const long = { 'long.ipynb': notebook('import time\nopen("ran", "w").close()\ntime.sleep(600)', 'print("the second")') };
  tell('an interrupt while the kernel starts calls off what waits for it', long, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('long.ipynb');
    await editor.toolbar('Run All');
    await editor.toolbar('Interrupt');
    await until('no cell to wait', async () => (await page.locator('.codicon-notebook-state-pending').count()) === 0 || undefined);
    await editor.run(1);
    await editor.shows('the second');
    assert.equal(await editor.order(1), '[1]');
    assert.throws(() => readFileSync(join(folder, 'ran')), 'the first has not run');
  });

  tell('an interrupt calls off a Debug cell that waits', long, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('long.ipynb');
    await editor.run(0);
    await status(page, /long\.ipynb: busy/);
    await editor.debug(1);
    await toast(page, 'Debug Cell begins when the cells that run now have ended');
    await editor.toolbar('Interrupt');
    await editor.ended(0, 'error');
    await page.locator('.notification-toast').getByText('Debug Cell waits').waitFor({ state: 'hidden' });
    await editor.type(1, 'print("the third")');
    await editor.run(1);
    await editor.shows('the third');
    assert.equal(await editor.order(1), '[2]');
    assert.equal(await editor.isToolbarShown(), false);
  });
}

/** Pick another Python: the same, but that it says so. */
async function pick(editor: Notebook, folder: string): Promise<void> {
  const settings = readFileSync(join(folder, '.vscode', 'settings.json'), 'utf8');
  const { 'dap-kernel.interpreter': python } = JSON.parse(settings) as { 'dap-kernel.interpreter': string };
  mkdirSync(join(folder, '.venv', 'bin'), { recursive: true });
  writeFileSync(join(folder, '.venv', 'bin', 'python'), `#!/bin/sh\nPICKED=another exec '${python}' "$@"\n`, { mode: 0o755 });
  await editor.command('dap-kernel: Pick an Interpreter');
  await editor.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: '.venv/bin/python' }).first().click();
}
