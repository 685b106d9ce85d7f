// Nothing that was computed is thrown away without a question: every way in which a kernel ends, or is replaced.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Notebook } from './editor';
import { isAlive, isGone, kernelIn, kernelsIn, TELLS_ID } from './processes';
import { status } from './statusBar';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const BUSY = `${TELLS_ID}\nimport time\nprint("begun")\nwhile not os.path.exists("enough"):\n    time.sleep(0.01)\nprint("over")`;
const SUM = 'print("sum", kept + 1)';

/** Change a setting of the user's, for the stories that follow. */
function writeSetting(data: string, name: string, value: unknown): void {
  const path = join(data, 'User', 'settings.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')) as object, [name]: value }, null, 1));
}

/** Wait for a question, and do not agree. */
async function decline(editor: Notebook, text: string): Promise<void> {
  const question = editor.page.locator('.monaco-dialog-box');
  await question.getByText(text).first().waitFor();
  await editor.press('Escape');
  await question.waitFor({ state: 'hidden' });
}

export function kept(tell: Tell): void {
  tell('a busy kernel under each button: it goes on until the user agrees', { 'nb.ipynb': notebook(BUSY, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.shows('begun');
    const kernel = kernelIn(folder);
    const buttons: [string, () => Promise<void>][] = [
      ['Debug all cells in this kernel, or in a fresh one?', () => editor.press('F5')],
      ['Run all cells in this kernel, or in a fresh one?', () => editor.press('Control+F5')],
      ['Restart the kernel of nb.ipynb?', () => editor.toolbar('Restart')],
      ['Shut down the kernel of nb.ipynb?', () => editor.command('dap-kernel: Shut Down Kernel')],
    ];
    for (const [text, press] of buttons) {
      await press();
      await decline(editor, text);
      await status(editor.page, /nb\.ipynb: busy/);
      assert.ok(isAlive(kernel), text);
    }
    await editor.debug(1); // waits, as the Debug of the toolbar does
    await page.locator('.notification-toast').getByText('Debug Cell').first().waitFor();
    assert.equal(await editor.isToolbarShown(), false);
    writeFileSync(join(folder, 'enough'), '');
    await editor.ended(0, 'success');
    await editor.shows('sum 42');
    await editor.ended(1, 'success');
    assert.ok(isAlive(kernel));
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.toolbar('Restart');
    await editor.answer('Restart');
    await isGone(kernel);
  });

  tell('F5 while a cell computes can debug in its kernel', { 'nb.ipynb': notebook(BUSY, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.run(0);
    await editor.shows('begun');
    const kernel = kernelIn(folder);
    await editor.press('F5');
    await editor.answer('Debug in This Kernel');
    writeFileSync(join(folder, 'enough'), '');
    await editor.stopsAt(SUM);
    assert.deepEqual(new Set(kernelsIn(folder)), new Set([kernel]));
    await editor.press('F5');
    await editor.ended(1, 'success');
    await editor.press('Shift+F5');
    await editor.ends();
    assert.ok(isAlive(kernel));
  });

  tell('a kernel whose notebook is closed is kept if the user wants that', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder, data }) => {
    const editor = new Notebook(page);
    const close = async (): Promise<void> => {
      await editor.press('Control+S');
      await page.waitForSelector('.tab.active:not(.dirty)');
      await editor.command('View: Close Editor');
    };
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    const kernel = kernelIn(folder);
    await close();
    await page.locator('.monaco-dialog-box').getByText('nb.ipynb is closed. End its kernel?').waitFor();
    await editor.answer('Keep Kernel');
    await editor.open('nb.ipynb');
    await editor.run(1);
    await editor.shows('sum 42');
    assert.ok(isAlive(kernel));
    await close(); // it is asked each time
    await editor.answer('End Kernel, and Don\'t Ask Again');
    await isGone(kernel);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await until('another kernel', () => kernelIn(folder) !== kernel || undefined);
    await editor.ended(0, 'success');
    await editor.toolbar('Restart'); // which has a setting of its own
    await decline(editor, 'Restart the kernel of nb.ipynb?');
    await close();
    await isGone(kernelIn(folder));
    writeSetting(data, 'dap-kernel.whenNotebookCloses', undefined);
  });

  tell(':restart in the Debug Console keeps what was computed, and says how to go on', { 'nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.press('F5');
    await editor.shows('sum 42');
    await status(page, /nb\.ipynb: idle$/);
    const kernel = kernelIn(folder);
    assert.equal(await editor.evaluate(':restart'), '2 cells have run in this kernel, whose variables are lost by a restart: say :restart now');
    assert.ok(isAlive(kernel));
    assert.equal(await editor.evaluate('kept + 1'), '42');
    await editor.evaluate(':restart now');
    await isGone(kernel);
    await until('the cells to have run in another kernel', () => kernelsIn(folder).length === 2);
    await status(page, /nb\.ipynb: idle$/);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}
