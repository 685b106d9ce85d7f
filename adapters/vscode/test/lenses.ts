// The lenses above the cells of files, and the live line there.
import assert from 'node:assert/strict';
import { Editor } from './editor';
import type { Tell } from './stories';
import { until } from './workbench';

const CELLS = ['one', 'two', 'three'].map((it) => `# %% ${it}\nprint("cell ${it}")\n`).join('\n');

const SLOW = `\
import marimo

app = marimo.App()


@app.cell
def _(limit):
    import time
    time.sleep(limit)
    print("slept", limit)
    return


@app.cell
def _():
    limit = 3
    return (limit,)
`;
const LIVE = '.view-overlays [class*="ced-"]';

export function lenses(tell: Tell): void {
  tell('cells run to here, above and below, and are debugged, by their CodeLenses', { 'cells.py': CELLS }, async ({ page }) => {
    const editor = new Editor(page);
    const lens = (cell: number, title: string): Promise<void> =>
      page.locator('.codelens-decoration').nth(cell).getByText(title, { exact: true }).click();
    const says = async (text: string): Promise<void> => {
      await until(text, async () => (await editor.terminal()).replaceAll('\n', '').includes(text) || undefined);
      await page.locator('.statusbar-item').filter({ hasText: /cells\.py: idle/ }).first().waitFor();
    };
    await editor.open('cells.py');
    await until('the run by the lens', async () => { // a click is lost when the lenses of a file just opened are drawn anew
      await lens(1, 'Run to here');
      const idle = page.locator('.statusbar-item').filter({ hasText: /cells\.py: idle, 1 not run yet/ }).first();
      return idle.waitFor({ timeout: 10_000 }).then(() => true, () => undefined);
    });
    await says('runs 2 of 3: one (new), two (new)');
    assert.equal(await editor.isToolbarShown(), false, 'Run shows no debugger');
    await lens(1, 'Run above');
    await says('runs 1 of 3: one (asked for)');
    await lens(1, 'Run below');
    await says('runs 2 of 3: two (asked for), three (new)');
    await editor.goto(8);
    await editor.toggleBreakpoint();
    await lens(2, 'Run');
    await says('runs 1 of 3: three (asked for)');
    await lens(2, 'Debug');
    await editor.stopsAt('print("cell three")');
    await editor.press('Shift+F5');
    await editor.ends();
  }, 'pygls');

  tell('the live line in a marimo notebook, and none afterwards', { 'slow.py': SLOW }, async ({ page }) => {
    const editor = new Editor(page);
    await editor.open('slow.py');
    await editor.press('F5');
    await until('the live line', async () => (await editor.lineAt(LIVE)) === 'time.sleep(limit)' || undefined);
    assert.ok(await page.locator('.cgmr[class*="ced-"]').count() > 0, 'an arrow is beside it');
    await until('the output', async () => (await editor.console()).includes('slept 3') || undefined);
    await until('no live line', async () => (await page.locator(LIVE).count()) === 0 || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
