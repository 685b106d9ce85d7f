// Percent and marimo files by their commands and keys: what runs, in which kernel, and where it is seen.
import assert from 'node:assert/strict';
import { Editor } from './editor';
import { lines } from './keys';
import { MARIMO, type Tell } from './stories';
import { until } from './workbench';

const CELLS = `\
# %% one
kept = 41
print("one", kept)

# %% [markdown]
# words

# %% two
kept += 1
print("two", kept)
`;
const SHOWS = `\
# %% plot
import matplotlib.pyplot as plt
plt.plot([1, 4, 9])
plt.show()

# %% table
class Table:
    def _repr_html_(self):
        return "<table><tr><th>city</th></tr><tr><td>Oslo</td></tr><tr><td><table><tr><td>fjord</td></tr></table></td></tr></table>"
Table()
`;

async function prints(editor: Editor, text: string): Promise<void> {
  await until(() => text, async () => (await editor.terminal()).includes(text) || undefined);
}

async function cursorAt(editor: Editor, line: number): Promise<void> {
  await until(`the cursor in line ${line}`, async () => (await editor.page.locator('.statusbar-item').filter({ hasText: `Ln ${line},` }).count()) > 0 || undefined);
}

/** Wait until the lenses say of so many cells that they ran. */
async function saysRan({ page }: Editor, count: number): Promise<void> {
  await page.locator('.codelens-decoration').filter({ hasText: /ran ·/ }).nth(count - 1).waitFor();
}

export function files(tell: Tell): void {
  tell('the keys run the cells of a percent file; what they print is seen, and no debugger', { 'cells.py': CELLS }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.goto(2);
    await editor.press('Shift+Enter');
    await prints(editor, 'one 41');
    await cursorAt(editor, 9);
    assert.equal(await editor.isToolbarShown(), false, 'Run shows no debugger');
    await editor.press('Control+Enter');
    await prints(editor, 'two 42');
    await cursorAt(editor, 9);
    await editor.command('Terminal: Clear'); // of paths
    await editor.press('Control+Enter');
    await prints(editor, 'two 43');
    assert.deepEqual(await lines(editor), CELLS.split('\n'), 'the keys have typed nothing');
    await saysRan(editor, 2);
    await editor.picture('vscode-percent-run', 'panel');
  });

  tell('Debug Cell goes on in the kernel of Run Cell, which Shift+F5 gives back', { 'cells.py': CELLS }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.goto(2);
    await editor.command('dap-kernel: Run Cell');
    await prints(editor, 'one 41');
    await editor.goto(10);
    await editor.toggleBreakpoint();
    await editor.command('dap-kernel: Debug Cell');
    await editor.stopsAt('print("two", kept)');
    await editor.showsVariable('kept = 42');
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.goto(9);
    await editor.command('dap-kernel: Run Cell');
    await prints(editor, 'two 43');
    assert.equal(await editor.isToolbarShown(), false);
  });

  tell('a marimo file by the same keys; in a script they do what they do in any file', { 'nb.py': MARIMO, 'plain.py': 'a = 1\n' }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('nb.py');
    await editor.goto(8);
    await editor.press('Control+Enter');
    await prints(editor, 'doubled 42');
    await editor.open('plain.py');
    await editor.goto(1);
    await editor.press('Control+Enter');
    await cursorAt(editor, 2);
  });

  tell('a plot of a file opens the plots beside it, and a table is a table there', { 'shows.py': SHOWS }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('shows.py');
    await editor.goto(2);
    await editor.press('Control+Enter');
    const plots = await until('the plot beside the file', async () => {
      for (const it of page.frames()) if (await it.locator('.large figure img').first().isVisible().catch(() => false)) return it;
      return undefined;
    });
    const width = await plots.locator('img').first().evaluate((it) => it.getBoundingClientRect().width);
    assert.ok(width > 300, `it can be looked at: ${width} wide`);
    for (const it of ['Zoom', 'Save', 'Copy']) assert.equal(await plots.getByText(it, { exact: true }).first().isVisible(), true, it);
    await editor.open('shows.py');
    await editor.goto(7);
    await editor.press('Control+Enter');
    await plots.locator('table td').getByText('Oslo').waitFor();
    assert.equal(await plots.getByText('fjord').count(), 1, 'a table in a table is shown once');
    await saysRan(editor, 2);
    await editor.picture('vscode-plots-beside');
    assert.equal(await plots.locator('img').first().isVisible(), false, 'a table is no picture');
    await page.locator('.tab').last().click({ button: 'middle' });
    await until('the end of the tab', async () => (await page.locator('.tab').count()) === 1 || undefined);
    await editor.open('shows.py');
    await editor.goto(2);
    await editor.command('dap-kernel: Debug Cell'); // another session of the same kernel
    await page.locator('.statusbar-item').filter({ has: page.locator('.codicon-graph') }).filter({ hasText: '1' }).first().click();
    await until('the tab', async () => (await page.locator('.tab').count()) === 2 || undefined);
  }, 'matplotlib');
}