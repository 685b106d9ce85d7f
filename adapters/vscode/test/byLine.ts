// Run by Line: a cell a line at a time; afterwards no debugger is left, and the kernel goes on.
import assert from 'node:assert/strict';
import { Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const LINES = 'def double(n):\n    return n * 2\na = double(kept)\nb = a + 1\nprint("b is", b)';

export function byLine(tell: Tell): void {
  for (const how of ['F10', 'the button']) {
    tell(`Run by Line: ${how}`, { 'lines.ipynb': notebook('kept = 3', LINES, 'print("still", b)') }, async ({ page }) => {
      const editor = new Notebook(page);
      const press = async (button: string): Promise<void> => {
        if (how === 'F10') {
          await editor.press('F10');
          return;
        }
        await until(button, async () => { // the buttons are there while the mouse is over the cell
          await editor.cell(1).hover();
          const found = editor.cell(1).locator(`.action-label[aria-label^="${button}"]`).first();
          return found.click({ timeout: 2000 }).then(() => true, () => undefined);
        });
      };
      await editor.open('lines.ipynb');
      await editor.run(0);
      await editor.ended(0, 'success');
      await editor.click(1, 1);
      await press('Run by Line');
      await editor.stopsAt('def double(n):');
      await press('Run Next Line');
      await editor.stopsAt('a = double(kept)');
      await press('Run Next Line');
      await editor.stopsAt('b = a + 1');
      await press('Run Next Line');
      await editor.stopsAt('print("b is", b)');
      await press('Run Next Line');
      await editor.ended(1, 'success');
      await editor.shows('b is 7');
      await editor.ends();
      await editor.run(2);
      await editor.shows('still 7');
      assert.equal(await editor.isToolbarShown(), false);
    });
  }
}
