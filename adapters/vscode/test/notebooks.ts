// Notebooks under F5: breakpoints in cells, edits and restarts, a kernel that dies.
import assert from 'node:assert/strict';
import { Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const SUMS = notebook(
  'start = 10',
  'def add(a, b):\n    result = a + b\n    return result',
  'total = start\nfor item in [1, 2]:\n    total = add(total, item)\nprint("total", total)',
);

export function notebooks(tell: Tell): void {
  tell('F5 on a notebook stops inside the cell', { 'sums.ipynb': SUMS }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('sums.ipynb');
    await editor.click(1, 2);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('result = a + b');
    const isInCell = await page.locator('.code-cell-row .debug-top-stack-frame-line').count();
    assert.equal(isInCell, 1);
    assert.equal((await page.locator('.tab').count()), 1, 'no other editor was opened');
    await editor.showsVariable('a = 10');
    assert.match(await editor.hover('b', 'result = a + b'), /1/);
    assert.equal(await editor.evaluate('a * 100 + b'), '1001');
    await editor.picture('vscode-notebook-stop');
    await editor.press('F10');
    await editor.stopsAt('return result');
    await editor.showsVariable('result = 11');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('an edited cell runs as it is on screen after a restart', { 'sums.ipynb': SUMS }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('sums.ipynb');
    await editor.click(2, 4);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('print("total", total)');
    await editor.showsVariable('total = 13');
    await editor.type(0, 'start = 1000');
    await editor.press('Control+Shift+F5');
    await editor.answer('Restart');
    await until('the new total', async () => (await editor.rows('variables')).includes('total = 1003') || undefined);
    await editor.stopsAt('print("total", total)');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('Run cell in a session of F5 stops nowhere, Debug cell does', { 'sums.ipynb': SUMS }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('sums.ipynb');
    await editor.press('F5');
    await editor.shows('total 13');
    await editor.ended(2, 'success');
    await editor.click(1, 2);
    await editor.toggleBreakpoint();
    await editor.run(2);
    await until('the second run', async () => (await editor.order(2)) === '[4]' || undefined);
    await editor.ended(2, 'success');
    await editor.debug(2);
    await editor.stopsAt('result = a + b');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('a notebook that was never saved runs and is debugged', { 'empty.txt': '' }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.command('Create: New Jupyter Notebook');
    await page.waitForSelector('.notebookOverlay .code-cell-row .monaco-editor');
    await editor.type(0, 'x = 6\nprint("here", x * 7)');
    await editor.run(0);
    await editor.shows('here 42');
    await editor.click(0, 2);
    await editor.toggleBreakpoint();
    await editor.debug(0);
    await editor.stopsAt('print("here", x * 7)');
    await editor.showsVariable('x = 6');
    await editor.press('F5');
    await editor.ended(0, 'success');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const deadly = notebook('x = 1', 'import os\nos._exit(3)');
  tell('a kernel that dies is told, and another runs', { 'dies.ipynb': deadly }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('dies.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.run(1);
    await editor.ended(1, 'error');
    await editor.shows('exit code 3');
    await editor.run(0);
    await until('the first run of another kernel', async () => (await editor.order(0)) === '[1]' || undefined);
    await editor.ended(0, 'success');
  });
}
