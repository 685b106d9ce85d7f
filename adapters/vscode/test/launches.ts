// Ways to begin: a terminal, a kernel that waits, a notebook of another kernel, no server at all.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Editor, Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const ASKS = `\
import os
print("a terminal:", os.isatty(0), os.isatty(1))
name = input("Who? ")
print("hello", name)
`;

const CELLS = '# %% numbers\nkept = 41\n\n# %% more\nmore = kept + 1\n';

function launchJson(...configurations: object[]): string {
  return JSON.stringify({ version: '0.2.0', configurations });
}

export function launches(tell: Tell): void {
  const inTerminal = launchJson({
    type: 'dap-kernel', request: 'launch', name: 'In a terminal', program: '${file}', console: 'integratedTerminal',
  });
  tell('a script in the integrated terminal prints and reads there', { 'asks.py': ASKS, '.vscode/launch.json': inTerminal }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('asks.py');
    await editor.goto(4);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await until('the question', async () => (await editor.terminal()).includes('Who?') || undefined);
    assert.match(await editor.terminal(), /a terminal: True True/);
    await page.locator('.terminal-wrapper.active .xterm').first().click();
    await page.keyboard.type('ada');
    await editor.press('Enter');
    await editor.stopsAt('print("hello", name)');
    await editor.showsVariable("name = 'ada'");
    await editor.press('F5');
    await editor.ends();
    assert.match(await editor.terminal(), /hello ada/);
  });

  const attach = launchJson({ type: 'dap-kernel', request: 'attach', name: 'Attach' });
  const waiting = { 'first.py': CELLS, 'second.py': CELLS.replace('41', '7'), '.vscode/launch.json': attach };
  tell('of several kernels that wait one is picked', waiting, async ({ page, folder, leaveWaiting }) => {
    await leaveWaiting(join(folder, 'first.py'));
    await leaveWaiting(join(folder, 'second.py'));
    const editor = new Editor(page);
    await editor.open('second.py');
    await editor.press('F5');
    const list = page.locator('.quick-input-list .monaco-list-row');
    await list.filter({ hasText: 'first.py' }).waitFor();
    await list.filter({ hasText: 'second.py' }).click();
    await page.locator('.statusbar-item').filter({ hasText: /second\.py: idle$/ }).first().waitFor();
    await editor.press('Control+Shift+D');
    await editor.showsVariable('kept = 7');
    assert.equal(await editor.evaluate('kept + more'), '15');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const other = { 'nb.ipynb': notebook('mine = 6', 'print(mine * 7)'), 'other-kernel.txt': '' };
  tell('a notebook of another kernel: asked once whether ours beside it is meant', other, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.selectKernel('Other kernel');
    await editor.run(0);
    await editor.shows('said by the other kernel');
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    const question = page.locator('.monaco-dialog-box');
    await editor.press('F5');
    await question.getByText('Another kernel is selected').waitFor();
    await question.getByText('Cancel', { exact: true }).click();
    await question.waitFor({ state: 'hidden' });
    assert.equal(await editor.isToolbarShown(), false);
    await editor.click(1, 1);
    await editor.press('F5');
    await question.getByText('Run All Cells and Debug', { exact: true }).click();
    await editor.stopsAt('print(mine * 7)');
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.click(1, 1);
    await editor.press('F5');
    await editor.stopsAt('print(mine * 7)');
    await editor.press('Shift+F5');
    await editor.ends();
  });
}

/** With an extension that is a package.json alone; `dap-kernel` is on the path. */
export function withoutCode(tell: Tell): void {
  const plain = launchJson({ type: 'dap-kernel', request: 'launch', name: 'Debug', program: '${file}' });
  tell('without code: a percent notebook', { 'cells.py': CELLS, '.vscode/launch.json': plain }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.goto(5);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('more = kept + 1');
    await editor.showsVariable('kept = 41');
    assert.equal(await editor.evaluate('kept * 2'), '82');
    await editor.press('F5');
    await until('the idle notebook', async () => (await editor.evaluate('more')) === '42' || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const cells = { 'nb.ipynb': notebook('start = 10', 'def add(a, b):\n    return a + b\nprint(add(start, 5))'), '.vscode/launch.json': plain };
  tell('without code: a stop inside a cell of a notebook', cells, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(1, 2);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('return a + b');
    assert.equal(await page.locator('.code-cell-row .debug-top-stack-frame-line').count(), 1);
    await editor.showsVariable('a = 10');
    await editor.press('F5');
    await until('the output', async () => (await editor.console()).includes('15') || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
