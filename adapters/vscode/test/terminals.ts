// The terminal of a file: lines that its cells ask for are typed there, and it leaves the panel to what the user has in it.
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Editor } from './editor';
import { lines } from './keys';
import type { Tell } from './stories';
import { until } from './workbench';

const ASKS = '# %% asks\nname = input("Who? ")\nprint("hello", name)\n';
const ASKS_TWICE = '# %% asks\nprint(input("First? "), "and", input("Second? "))\n';
const HIDES = '# %% asks\nfrom getpass import getpass\nprint(len(getpass("Key? ")), "characters")\n';
const RUNS = '# %% runs\ncount = globals().get("count", 0) + 1\nprint("run", count)\nopen("ran", "w").close()\n';

async function prints(editor: Editor, pattern: RegExp): Promise<string> {
  let seen = '';
  return until(() => `${String(pattern)} in the terminal:\n${seen}`, async () => {
    seen = await editor.terminal();
    return pattern.test(seen) ? seen : undefined;
  });
}

/** Wait until what is typed goes to the terminal, or to the text. */
async function focused({ page }: Editor, where: 'terminal' | 'text'): Promise<void> {
  await page.locator(where === 'terminal' ? '.terminal.xterm.focus' : '.editor-group-container.active .monaco-editor.focused').first().waitFor();
}

async function paste({ page }: Editor, text: string): Promise<void> {
  await page.locator('.terminal-wrapper.active .xterm-helper-textarea').evaluate((it, pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    it.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  }, text);
}

/** Run the cell at the cursor; the answer is the user's own, by the keyboard alone. */
async function asks(editor: Editor, question: RegExp): Promise<void> {
  await editor.press('Control+Enter');
  await prints(editor, question);
  await focused(editor, 'terminal');
}

export function terminals(tell: Tell): void {
  tell('what a cell of a file asks for is typed in its terminal, and shown once', { 'asks.py': ASKS }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('asks.py');
    await editor.goto(2);
    await asks(editor, /Who\?/);
    await page.keyboard.type('adx');
    await editor.press('Backspace');
    await page.keyboard.type('b');
    await editor.press('ArrowLeft');
    await page.keyboard.type('a');
    await editor.press('Delete');
    await prints(editor, /Who\? ada(?!b)/);
    await editor.press('Enter');
    const shown = await prints(editor, /hello ada/);
    assert.equal(shown.split('ada').length, 3, `the answer and its print: ${shown}`);
    await focused(editor, 'text');
    assert.deepEqual(await lines(editor), ASKS.split('\n'), 'nothing was typed into the text');
  });

  tell('Ctrl+C at a question interrupts the cell, Ctrl+D ends the file that it reads', { 'asks.py': ASKS }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('asks.py');
    await editor.goto(2);
    await asks(editor, /Who\?/);
    await page.keyboard.type('wrong');
    await editor.press('Control+c');
    await prints(editor, /Who\? wrong\^C[^]*KeyboardInterrupt/);
    await focused(editor, 'text');
    await asks(editor, /KeyboardInterrupt[^]*Who\?/);
    await editor.press('Control+d');
    await prints(editor, /EOFError/);
    await focused(editor, 'text');
    await asks(editor, /EOFError[^]*Who\?/);
    await page.keyboard.type('ada');
    await editor.press('Enter');
    await prints(editor, /hello ada/);
  });

  tell('lines that are pasted answer one question after the other', { 'asks.py': ASKS_TWICE }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('asks.py');
    await editor.goto(2);
    await asks(editor, /First\?/);
    await paste(editor, 'ada\ngrace\n');
    await prints(editor, /First\? ada.*Second\? grace.*ada and grace/s);
  });

  tell('a password is not shown in the terminal', { 'asks.py': HIDES }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('asks.py');
    await editor.goto(2);
    await asks(editor, /Key\?/);
    await page.keyboard.type('secret');
    await editor.press('Enter');
    assert.doesNotMatch(await prints(editor, /6 characters/), /secret/);
  });

  tell('a run of a file does not take the panel from what the user has there, nor the focus from the text', { 'runs.py': RUNS }, async ({ page, folder }) => {
    const editor = new Editor(page);
    const ran = async (): Promise<void> => {
      await until('the run', () => existsSync(join(folder, 'ran')));
      rmSync(join(folder, 'ran'));
      await page.locator('.statusbar-item').filter({ hasText: /runs\.py: idle/ }).first().waitFor();
    };
    await editor.open('runs.py');
    await editor.goto(2);
    await editor.press('Control+Enter');
    await prints(editor, /run 1/);
    await ran();
    await focused(editor, 'text');
    const problems = page.locator('.markers-panel');
    await editor.press('Control+Shift+M');
    await problems.waitFor();
    await editor.press('Control+1');
    await editor.press('Control+Enter');
    await ran();
    await page.locator('.codelens-decoration').getByText('Run', { exact: true }).first().click();
    await ran();
    assert.equal(await problems.isVisible(), true, 'Problems stay');
    await editor.command('Terminal: Create New Terminal');
    const own = page.locator('.terminal-wrapper.active');
    await own.waitFor();
    await focused(editor, 'terminal');
    await editor.press('Control+1');
    await editor.press('Control+Enter');
    await ran();
    assert.doesNotMatch(await editor.terminal(), /run 4/, 'the user\'s terminal stays');
    await editor.press('Control+J');
    await page.locator('.part.panel').waitFor({ state: 'hidden' });
    await editor.press('Control+1');
    await editor.press('Control+Enter');
    await prints(editor, /run 5/);
    await ran();
    await focused(editor, 'text');
    await editor.press('Control+J');
    await page.locator('.part.panel').waitFor({ state: 'hidden' });
    await page.locator('.codelens-decoration').getByText('Run', { exact: true }).first().click();
    await prints(editor, /run 6/);
    await page.locator('.part.panel').waitFor();
    await ran();
    await focused(editor, 'text');
    assert.deepEqual(await lines(editor), RUNS.split('\n'));
  });
}
