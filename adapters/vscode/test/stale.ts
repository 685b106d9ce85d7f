// What is not up to date: the gutter, the status bar, the command that runs it.
import assert from 'node:assert/strict';
import { Editor } from './editor';
import { MARIMO, type Tell } from './stories';
import { until } from './workbench';

const CELLS = `\
# %% numbers
numbers = [1, 2, 3]

# %% total
total = sum(numbers)
print("total", total)
`;
const FLOW = `${MARIMO}

@app.cell
def _():
    alone = 1
    print("alone", alone)
    return (alone,)
`;
const BARS = '.margin .cgmr[class*="ced-"], .glyph-margin-widgets .cgmr[class*="ced-"]';

export function stale(tell: Tell): void {
  tell('an edited cell is stale until it ran again', { 'cells.py': CELLS }, async ({ page }) => {
    const editor = new Editor(page);
    const status = (text: RegExp): Promise<void> => page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor();
    const bars = (count: number): Promise<unknown> =>
      until(`${count} bars in the gutter`, async () => (await page.locator(BARS).count()) === count || undefined);
    await editor.open('cells.py');
    await editor.press('F5');
    await status(/cells\.py: idle$/);
    await bars(0);
    await editor.press('Control+1');
    await editor.goto(5);
    await editor.press('End');
    await page.keyboard.type(' + 1'); // it is not saved
    await status(/cells\.py: idle, 1 stale/);
    await page.keyboard.type('00'); // the cursor is where it was
    await bars(2);
    await editor.command('dap-kernel: Run Stale Cells');
    await until('the output', async () => (await editor.console()).includes('total 106') || undefined);
    await status(/cells\.py: idle$/);
    await bars(0);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('what is typed in the last moment before F5 or a restart runs', { 'cells.py': CELLS }, async ({ page }) => {
    const editor = new Editor(page);
    const status = page.locator('.statusbar-item').filter({ hasText: /cells\.py: idle$/ }).first();
    await editor.open('cells.py');
    await editor.press('F5');
    await status.waitFor();
    await until('the stop of an idle notebook', () => editor.stoppedLine());
    await editor.press('Control+1');
    await editor.goto(5);
    await editor.press('End');
    for (const [typed, total] of [[' + 100', 106], ['000', 100_006], ['0', 1_000_006]] as const) {
      await page.keyboard.type(typed);
      await editor.press('F5');
      await until(`the total ${total}`, async () => (await editor.console()).includes(`total ${total}`) || undefined);
      await until('the stop of an idle notebook', () => editor.stoppedLine());
      await status.waitFor();
      await editor.press('Control+1');
      await editor.goto(5);
      await editor.press('End');
    }
    const totals = (await editor.console()).match(/total \d+/g);
    assert.deepEqual(totals, ['total 6', 'total 106', 'total 100006', 'total 1000006'], 'no half of it has run');
    await page.keyboard.type('00');
    await editor.press('Control+Shift+F5');
    await editor.answer('Restart');
    await until('the total of another kernel', async () => (await editor.console()).includes('total 100000006') || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('in a marimo notebook an edited cell runs again with what depends on it', { 'flow.py': FLOW }, async ({ page }) => {
    const editor = new Editor(page);
    const status = (text: RegExp): Promise<void> => page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor();
    const bars = (count: number): Promise<unknown> =>
      until(`${count} bars in the gutter`, async () => (await page.locator(BARS).count()) === count || undefined);
    await editor.open('flow.py');
    await editor.press('F5');
    await status(/flow\.py: idle$/);
    await until('the stop of an idle notebook', () => editor.stoppedLine()); // it takes the cursor along
    await editor.press('Control+1');
    await editor.goto(15);
    await editor.press('End');
    await page.keyboard.type('0');
    await status(/flow\.py: idle, 1 stale/);
    await bars(1);
    await editor.command('dap-kernel: Run Stale Cells');
    await until('the new output', async () => (await editor.console()).includes('doubled 420') || undefined);
    await status(/flow\.py: idle$/);
    await bars(0);
    assert.equal((await editor.console()).match(/alone 1/g)?.length, 1, 'what does not depend on it has not run again');
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
