// What is not up to date: the gutter, the status bar, the command that runs it.
import { Editor } from './editor';
import type { Tell } from './stories';
import { until } from './workbench';

const CELLS = `\
# %% numbers
numbers = [1, 2, 3]

# %% total
total = sum(numbers)
print("total", total)
`;
export const BARS = '.margin .cgmr[class*="ced-"], .glyph-margin-widgets .cgmr[class*="ced-"]';

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
    await editor.picture('vscode-stale');
    await editor.command('dap-kernel: Run Stale Cells');
    await until('the output', async () => (await editor.console()).includes('total 106') || undefined);
    await status(/cells\.py: idle$/);
    await bars(0);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
