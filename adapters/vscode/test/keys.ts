// Shift+Enter and Ctrl+Enter in Python files: from the first moment, beside another extension, and in files without cells.
import assert from 'node:assert/strict';
import { clicked } from './clicks';
import { Editor } from './editor';
import { MARIMO, type Tell } from './stories';
import { until } from './workbench';

const CELLS = '# %% one\nkept = 41\nprint("one", kept)\n\n# %% two\nkept += 1\nprint("two", kept)\n';
const PLAIN = 'a = 1\nb = 2\n';

async function prints(editor: Editor, text: string): Promise<void> {
  await until(() => text, async () => (await editor.terminal()).includes(text) || undefined);
}

/** The lines of the editor in front. */
export async function lines({ page }: Editor): Promise<string[]> {
  const all = page.locator('.editor-group-container.active .view-lines .view-line');
  const found = await all.evaluateAll((them) => them.map((it) => ({ top: it.getBoundingClientRect().top, text: it.textContent.replaceAll('\u00a0', ' ') })));
  return found.sort((a, b) => a.top - b.top).map((it) => it.text);
}

/** Load the window anew; the cursor is in line 2 before any extension has started, but VS Code has read what ours offers: before, it knows no key of ours. */
async function loadAnew(editor: Editor): Promise<void> {
  const { page } = editor;
  await Promise.all([page.waitForEvent('domcontentloaded'), editor.command('Developer: Reload Window')]);
  const group = page.locator('.editor-group-container.active');
  await group.locator('.editor-actions .codicon-debug-alt').first().waitFor();
  await clicked(group.locator('.view-line').nth(1), group.locator('.monaco-editor.focused'));
}

export function keys(tell: Tell): void {
  for (const [name, text, said] of [['a percent file', CELLS, 'one 41'], ['a marimo file', MARIMO, 'doubled 42']] as const) {
    tell(`the keys work from the first moment that ${name} is shown`, { 'cells.py': text }, async ({ page }) => {
      const editor = new Editor(page);
      await editor.open('cells.py');
      await loadAnew(editor);
      if (text === MARIMO) await page.locator('.view-line').getByText('doubled', { exact: true }).first().click();
      await editor.press('Control+Enter');
      await prints(editor, said);
      assert.deepEqual(await lines(editor), text.split('\n'), 'nothing is typed');
    });
  }

  tell('in a file without cells the keys do what they always do, from the first moment', { 'plain.py': PLAIN }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('plain.py');
    await loadAnew(editor);
    await editor.press('Control+Enter');
    await until('the line that is inserted', async () => (await lines(editor)).join('|') === 'a = 1|b = 2||' || undefined);
  });

  tell('Shift+Enter is ours where there are cells, and the other extension\'s in other files', { 'cells.py': CELLS, 'plain.py': PLAIN }, async ({ page }) => {
    const editor = new Editor(page);
    const sent = page.locator('.notification-toast').filter({ hasText: 'the selection was sent' });
    await editor.open('cells.py');
    await editor.goto(2);
    await editor.press('Shift+Enter');
    await prints(editor, 'one 41');
    await editor.open('plain.py');
    await editor.goto(1);
    await page.keyboard.type(' ');
    await until('what the extension has seen', async () => {
      await editor.press('Shift+Enter'); // in a file that the extension has not looked at yet it types a new line
      return sent.isVisible();
    });
    await editor.press('Control+Home');
    await page.keyboard.type('# %%\n');
    await until('the cells that have come', async () => {
      await editor.press('Control+Enter');
      return (await page.locator('.terminal-tabs-entry, .single-terminal-tab').allInnerTexts()).join().includes('plain.py');
    });
  });
}
