// What goes on meanwhile: edits and other cells while one runs, cells that are moved, deleted or closed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { Editor, Notebook } from './editor';
import { HOLDS, isGone, kernelIn, letGo, TELLS_ID } from './processes';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const ASKS = notebook('name = input("Who? ")\nprint("hello", name)', 'print("the second")', 'done = 1');
const LATE = notebook('import threading\nprint("at once")\nthreading.Timer(1.5, print, ["late"]).start()', '1 + 1');
const LIVE = '.view-overlays [class*="ced-"]';

export function more(tell: Tell): void {
  tell('input() waits while other cells are run and edited', { 'asks.ipynb': ASKS }, async ({ page }) => {
    const editor = new Notebook(page);
    const box = page.locator('.quick-input-widget').filter({ hasText: 'Who?' });
    await editor.open('asks.ipynb');
    await editor.run(2);
    await editor.ended(2, 'success');
    await editor.run(0);
    await box.waitFor();
    await editor.run(1);
    await until('the second cell to wait', async () => (await editor.cell(1).locator('.codicon-notebook-state-pending').count()) > 0 || undefined);
    await editor.type(1, 'print("edited while", name, "waits")');
    await editor.type(2, 'done = 2');
    await page.locator('.statusbar-item').filter({ hasText: 'busy, 1 stale' }).first().waitFor(); // both edits were sent
    assert.ok(await box.isVisible(), 'the question is still there');
    await box.locator('input').fill('ada');
    await editor.press('Enter');
    await editor.ended(0, 'success');
    await editor.shows('hello ada');
    await editor.ended(1, 'success');
  });

  tell('an interrupt takes the question of input() away', { 'asks.ipynb': ASKS }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('asks.ipynb');
    await editor.run(0);
    const box = page.locator('.quick-input-widget').filter({ hasText: 'Who?' });
    await box.waitFor();
    await editor.toolbar('Interrupt');
    await editor.ended(0, 'error');
    await box.waitFor({ state: 'hidden' });
  });

  tell('what a thread prints after the end of its cell stands in the cell', { 'late.ipynb': LATE }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('late.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('late');
    const [first] = await editor.outputs();
    assert.match(first?.text ?? '', /^at once\s+late$/, 'it follows what was printed before');
    await editor.ended(0, 'success');
    assert.equal(await editor.order(0), '[1]');
    assert.match(await editor.status(0), /\d\.\ds/);
    await editor.run(1);
    await editor.shows('2');
    assert.equal(await editor.order(1), '[2]');
  });

  const slow = 'import time\nprint("begun")\ntime.sleep(60)\n';
  tell('the live line stays with its text while lines are typed above it', { 'slow.py': slow }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('slow.py');
    await editor.press('F5');
    await until('the live line', async () => (await editor.lineAt(LIVE)) === 'time.sleep(60)' || undefined);
    await editor.press('Control+1', 'Control+Home');
    await page.keyboard.insertText('# one\n# two\n# three\n');
    const seconds = await secondsOf(page);
    await until('the time to go on', async () => (await secondsOf(page)) > seconds + 1 || undefined);
    assert.equal(await editor.lineAt(LIVE), 'time.sleep(60)');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const three = notebook('a = 1', 'def double(x):\n    y = x * 2\n    return y\nprint("double", double(4))', 'b = 2');
  tell('a stop in a cell that was moved', { 'moved.ipynb': three }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('moved.ipynb');
    await editor.click(1, 2);
    await editor.toggleBreakpoint();
    await editor.command('Notebook: Move Cell Up');
    await until('the moved cell', async () => (await editor.cell(0).innerText()).includes('double') || undefined);
    await editor.press('F5');
    await editor.stopsAt('y = x * 2');
    assert.equal(await editor.cell(0).locator('.debug-top-stack-frame-line').count(), 1);
    await editor.showsVariable('x = 4');
    await editor.press('F5');
    await editor.shows('double 8');
    await editor.ended(2, 'success');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('the status bar interrupts and restarts', { 'cells.py': `# %% first\nfirst = 1\n\n# %% slow\n${slow}` }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.press('F5');
    await until('the live line', async () => (await editor.lineAt(LIVE)) === 'time.sleep(60)' || undefined);
    await fromMenu(page, 'Interrupt');
    await status(page, /cells\.py: idle, 1 stale/).waitFor();
    await until('no live line', async () => (await page.locator(LIVE).count()) === 0 || undefined);
    await fromMenu(page, 'Restart the kernel');
    await editor.answer('Restart');
    await until('the live line again', async () => (await editor.lineAt(LIVE)) === 'time.sleep(60)' || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const deadly = notebook('x = 1', 'import os\nprint("dies")\nos._exit(3)', 'print("the third")');
  tell('a kernel that dies under F5 is told in its cell, and the rest runs in another', { 'dies.ipynb': deadly }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('dies.ipynb');
    await editor.press('F5');
    await editor.ended(1, 'error');
    await editor.shows('exit code 3');
    assert.equal((await editor.order(2)).trim(), '[ ]', 'the third does not run');
    await editor.run(2);
    await editor.shows('the third');
    assert.equal(await editor.order(2), '[1]');
    if (await editor.isToolbarShown()) await editor.press('Shift+F5');
    await editor.ends();
  });

  const sleeps = notebook(`print("begun")\n${HOLDS}\nprint("over")`, 'print("the other", 6 * 7)');
  tell('a cell that is deleted while it runs', { 'sleeps.ipynb': sleeps }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('sleeps.ipynb');
    await editor.run(0);
    await editor.shows('begun');
    await editor.click(0, 1);
    await editor.command('Notebook: Delete Cell');
    const question = page.locator('.monaco-dialog-box');
    await question.getByText('Delete', { exact: true }).click();
    await until('one cell', async () => (await page.locator('.notebookOverlay .code-cell-row').count()) === 1 || undefined);
    letGo(folder);
    await editor.run(0);
    await editor.shows('the other 42');
    await editor.ended(0, 'success');
    await status(page, /sleeps\.ipynb: idle/).waitFor();
  });

  const endless = notebook(`${TELLS_ID}\nimport time\nprint("begun")\ntime.sleep(600)`);
  tell('a notebook that is closed while a cell runs', { 'endless.ipynb': endless }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('endless.ipynb');
    await editor.run(0);
    await editor.shows('begun');
    const kernel = kernelIn(folder);
    await editor.command('View: Close Editor');
    await page.getByText("Don't Save", { exact: true }).click();
    await editor.answer('End Kernel');
    await isGone(kernel);
    await editor.open('endless.ipynb');
    await editor.type(0, 'print("anew")');
    await editor.run(0);
    await editor.shows('anew');
    assert.equal(await editor.order(0), '[1]');
  });

  const nowhere = { 'sums.py': 'print(6 * 7)\n', '.vscode/settings.json': JSON.stringify({ 'dap-kernel.interpreter': '/nowhere/python' }) };
  tell('an interpreter that does not exist: another one is picked, and the session begins by itself', nowhere, async ({ page, folder }) => {
    const editor = new Editor(page);
    await editor.open('sums.py');
    await editor.goto(1);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    const message = page.locator('.monaco-dialog-box');
    await message.getByText('Your notebooks are to run on /nowhere/python, which does not exist.').waitFor();
    await message.getByText('Pick an Interpreter', { exact: true }).click();
    await page.locator('.quick-input-widget').getByText('Browse…').waitFor();
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Runs notebooks' }).first().click();
    await editor.stopsAt('print(6 * 7)');
    assert.doesNotMatch(readFileSync(join(folder, '.vscode', 'settings.json'), 'utf8'), /nowhere/);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const other = { 'nb.ipynb': notebook('mine = 6', 'print(mine * 7)'), 'other-kernel.txt': '' };
  tell('a notebook for which another kernel is selected, that has run nothing yet: F5 asks', other, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.selectKernel('Other kernel');
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    const question = page.locator('.monaco-dialog-box');
    await question.getByText('Another kernel is selected').waitFor();
    await question.getByText('Run All Cells and Debug', { exact: true }).click();
    await editor.stopsAt('print(mine * 7)');
    await page.locator('.notebook-toolbar-container .kernel-label').getByText('Other kernel').waitFor();
    await editor.press('Shift+F5');
    await editor.ends();
  });
}

function status(page: Page, text: RegExp): Locator {
  return page.locator('.statusbar-item').filter({ hasText: text }).first();
}

/** Pick from the menu of our item in the status bar. */
async function fromMenu(page: Page, label: string): Promise<void> {
  await status(page, /: (busy|idle|stopped)/).click();
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
}

/** The time at the end of the live line; 0: none is shown. */
async function secondsOf(page: Page): Promise<number> {
  const text = await page.evaluate(() =>
    [...document.querySelectorAll('.view-line [class*="ced-"]')].map((it) => getComputedStyle(it, '::after').content).find((it) => /\d s/.test(it)));
  return Number(/\d+/.exec(text ?? '')?.[0] ?? 0);
}
