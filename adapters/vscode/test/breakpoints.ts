// Breakpoints with a condition, and log points, in cells of the notebook editor.
import assert from 'node:assert/strict';
import { Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const LOOP = 'total = 0\nfor item in range(5):\n    total += item\nprint("total", total)';

export function breakpoints(tell: Tell): void {
  tell('a breakpoint in a cell with a condition, and a log point', { 'loop.ipynb': notebook('first = 1', LOOP) }, async ({ page }) => {
    const editor = new Notebook(page);
    const widget = page.locator('.zone-widget .breakpoint-widget');
    const add = async (command: string, text: string, kind: string): Promise<void> => {
      await editor.command(command);
      await widget.locator('.monaco-editor').click(); // the palette gives the focus back to the cell
      await page.keyboard.insertText(text);
      await editor.press('Enter');
      await page.locator(`.code-cell-row [class*="codicon-debug-breakpoint-${kind}"]`).first().waitFor();
    };
    await editor.open('loop.ipynb');
    await editor.click(1, 3);
    await add('Debug: Add Conditional Breakpoint...', 'item == 3', 'conditional');
    await editor.click(1, 4);
    await add('Debug: Add Logpoint...', 'seen {item} and {total}', 'log');
    await editor.press('F5');
    await editor.stopsAt('total += item');
    await editor.showsVariable('item = 3');
    await editor.press('F5');
    await editor.shows('total 10');
    await until('the log', async () => (await editor.console()).includes('seen 4 and 10') || undefined);
    assert.equal((await editor.console()).match(/seen/g)?.length, 1);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
