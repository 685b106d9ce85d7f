// The live line in a notebook's cell.
import { Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const SLOW = `\
import time
for step in range(3):
    time.sleep(2.5)
done = True`;

export function live(tell: Tell): void {
  tell('the line that runs is marked in its cell, and no line afterwards', { 'slow.ipynb': notebook(SLOW) }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('slow.ipynb');
    await editor.run(0);
    const marks = page.locator('.code-cell-row .view-overlays [class*="ced-"]');
    await until('the live line', async () => (await marks.count()) > 0 || undefined);
    await until('the sleeping line', async () => (await editor.lineAt('.code-cell-row .view-overlays [class*="ced-"]')) === 'time.sleep(2.5)' || undefined);
    await until('the time on that line', () => page.evaluate(() => [...document.querySelectorAll('.code-cell-row .view-line [class*="ced-"]')]
      .some((it) => /\d s/.test(getComputedStyle(it, '::after').content))));
    await editor.picture('vscode-live-line');
    await editor.ended(0, 'success');
    await until('no live line', async () => (await marks.count()) === 0 || undefined);
  });
}
