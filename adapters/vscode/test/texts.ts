// Percent and marimo notebooks, which VS Code shows as Python files.
import assert from 'node:assert/strict';
import { Editor } from './editor';
import { MARIMO, type Tell } from './stories';
import { until } from './workbench';

const PERCENT = `\
# %% settings
limit = 3

# %% work
import time
total = 0
for n in range(limit):
    total += n
time.sleep(4)
print("total", total)
`;

const PLOT = `\
# %% the numbers
numbers = [1, 4, 9, 16, 25]

# %% squares
import matplotlib.pyplot as plt

plt.plot(numbers, "o-")
plt.title("squares")
plt.show()
`;

const SLOW = `\
# %% work
import time
for n in range(1, 4):
    print("round", n)
    time.sleep(0.6)
`;

export function texts(tell: Tell): void {
  tell('a percent notebook: a stop, the live line, idle at the end', { 'cells.py': PERCENT }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.goto(8);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('total += n');
    await editor.showsVariable('n = 0');
    await editor.press('Control+1');
    await editor.goto(8);
    await editor.press('F9', 'F5');
    await until('the live line', async () => (await editor.lineAt('.view-overlays [class*="ced-"]')) === 'time.sleep(4)' || undefined);
    await until('the output', async () => (await editor.console()).includes('total 3') || undefined);
    await until('the end of the live line', async () => (await page.locator('.view-overlays [class*="ced-"]').count()) === 0 || undefined);
    await until('the idle notebook', async () => /work/.test((await editor.rows('call-stack')).join('\n')) || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('what a cell prints late is in the Debug Console, too', { 'slow.py': SLOW }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('slow.py');
    await editor.press('F5');
    await until('the last line', async () => (await editor.console()).includes('round 3') || undefined);
    assert.deepEqual((await editor.console()).match(/round \d/g), ['round 1', 'round 2', 'round 3']);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('a cell runs by its CodeLens', { 'cells.py': PERCENT }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('cells.py');
    const lens = page.locator('.codelens-decoration a');
    await lens.filter({ hasText: /^Run$/ }).first().click();
    await until('the state of the cell', async () => (await page.locator('.codelens-decoration').allInnerTexts()).some((it) => it.includes('ran')) || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  }, 'pygls');

  tell('a plot of a percent notebook is in the view of plots; a click goes to its line', { 'plot.py': PLOT }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('plot.py');
    await editor.press('F5');
    await page.locator('.statusbar-item').filter({ hasText: 'idle' }).first().waitFor();
    await editor.command('Focus on Plots View');
    const image = await until('the plot in the view', async () => {
      for (const it of page.frames()) {
        const found = it.locator('button img').first();
        if (await found.isVisible().catch(() => false)) return found; // a frame may go meanwhile
      }
      return undefined;
    });
    const toTop = (): Promise<unknown> => until('the cursor at the top', async () => {
      await editor.press('Control+1', 'Control+Home'); // again and again: the view takes the keys when it likes
      return (await page.getByText('Ln 1, Col 1').first().isVisible()) || undefined;
    });
    await toTop();
    await image.click();
    await page.getByText(/Ln 7, Col/).first().waitFor();
    await toTop();
    await page.keyboard.insertText('# %% above\nx = 1\n\n');
    await image.click();
    await page.getByText(/Ln 10, Col/).first().waitFor();
    await editor.command('dap-kernel: Clear Plots');
    await image.waitFor({ state: 'detached' });
    await editor.press('Shift+F5');
    await editor.ends();
  }, 'matplotlib');

  tell('a marimo notebook runs by its dataflow', { 'flow.py': `${MARIMO}\n\nif __name__ == "__main__":\n    app.run()\n` }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('flow.py');
    await editor.goto(8);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('doubled = limit * 2');
    await editor.showsVariable('limit = 21');
    await editor.press('F10');
    await editor.stopsAt('print("doubled", doubled)');
    await editor.press('F5');
    await until('the output', async () => (await editor.console()).includes('doubled 42') || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
