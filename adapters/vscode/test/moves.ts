// A document that gets another name takes its kernel along: nothing is lost, and nothing is asked.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Editor, Notebook } from './editor';
import { isAlive, kernelsIn, TELLS_ID } from './processes';
import { status } from './statusBar';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const SUM = 'print("sum", kept + 1)';
const WAITS = `${TELLS_ID}\nimport time\nprint("begun")\nwhile not os.path.exists("enough"):\n    time.sleep(0.01)\nprint("over")`;

/** Give the name by which VS Code asks where to save, once it has filled in its own: before, that would take the place of this one. */
async function saveAs(page: Page, folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const input = page.locator('.quick-input-widget input').first();
  await page.locator('.quick-input-list .monaco-list-row').first().waitFor();
  const isGone = (): Promise<true | undefined> => input.waitFor({ state: 'hidden', timeout: 2000 }).then(() => true as const, () => undefined);
  await until(`${name} to be saved`, async () => {
    if (!/\.\w+$/.test(await input.inputValue())) return undefined;
    await input.fill(path);
    if ((await input.inputValue()) !== path) return undefined;
    await input.press('Enter');
    return isGone();
  });
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
}

/** Rename a file or a folder in the explorer. */
async function rename(page: Page, from: string, to: string): Promise<void> {
  const row = page.locator(`.explorer-folders-view .monaco-list-row[aria-label^="${from}"]`);
  if (!(await row.isVisible())) await page.keyboard.press('Control+Shift+E'); // a stop shows another view
  const input = page.locator('.explorer-folders-view input');
  await until(`a new name for ${from}`, async () => { // an editor that has just been opened may take the focus meanwhile
    await row.click();
    await page.keyboard.press('F2');
    return input.fill(to, { timeout: 2000 }).then(() => true, () => undefined);
  });
  await input.press('Enter');
}

/** Nothing was asked, and there is one kernel, the first one. */
async function keepsOne(page: Page, folder: string): Promise<void> {
  assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
  const kernels = new Set(kernelsIn(folder));
  assert.equal(kernels.size, 1);
  assert.ok(isAlive([...kernels][0] ?? 0));
}

/** The texts of cells, with what the first has printed, are shown by a notebook that goes on in its kernel. */
async function goesOn(editor: Notebook, name: string, folder: string): Promise<void> {
  await editor.shownCell(1, 'sum');
  await status(editor.page, new RegExp(`${name}: idle`));
  await editor.run(1);
  await editor.shows('sum 42');
  assert.equal(await editor.order(1), '[2]', 'the kernel counts on');
  await editor.debug(1);
  await editor.stopsAt(SUM);
  await editor.press('Shift+F5');
  await editor.ends();
  await editor.ended(1, 'success');
  await status(editor.page, new RegExp(`${name}: idle`));
  await keepsOne(editor.page, folder);
}

export function moves(tell: Tell): void {
  tell('the first save of a notebook keeps variables, outputs and breakpoints; so does Save As', { 'count': '' }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.command('Create: New Jupyter Notebook');
    await page.waitForSelector('.notebookOverlay .code-cell-row .monaco-editor');
    await editor.type(0, `${TELLS_ID}\nprint("kept is", kept)`);
    await editor.run(0);
    await editor.shows('kept is 41');
    await editor.toolbar('Code');
    await editor.type(1, SUM);
    await editor.toggleBreakpoint();
    await editor.press('Control+S');
    await saveAs(page, folder, 'saved.ipynb');
    await editor.shows('kept is 41');
    await goesOn(editor, 'saved.ipynb', folder);
    await editor.click(1, 1);
    await editor.command('File: Save As...');
    await saveAs(page, folder, 'second.ipynb');
    await status(page, /second\.ipynb: idle/);
    await editor.type(1, 'print("again", kept + 2)');
    await editor.run(1);
    await editor.shows('again 43');
    await keepsOne(page, folder);
  });

  tell('a notebook that is renamed keeps its kernel, and what runs goes on in its cells', { 'old.ipynb': notebook(WAITS, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('old.ipynb');
    await editor.click(1, 1);
    await editor.toggleBreakpoint();
    await editor.run(0);
    await editor.shows('begun');
    await rename(page, 'old.ipynb', 'new.ipynb');
    await status(page, /new\.ipynb: busy/);
    await editor.shownCell(0, 'kept = 41');
    writeFileSync(join(folder, 'enough'), '');
    await editor.shows('over');
    await editor.shows('begun');
    await editor.ended(0, 'success');
    await goesOn(editor, 'new.ipynb', folder);
  });

  tell('a folder that is renamed at a stop: the stop is in the notebook as it is called now', { 'first/nb.ipynb': notebook(TELLS_ID, SUM) }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="first"]').click();
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.click(0, 4);
    await editor.toggleBreakpoint();
    await editor.click(1, 1);
    await editor.toggleBreakpoint(2);
    await editor.debug(1);
    await editor.stopsAt(SUM);
    await rename(page, 'first', 'second');
    await until('the file to be elsewhere', () => {
      try {
        return readFileSync(join(folder, 'second', 'nb.ipynb'), 'utf8');
      } catch {
        return undefined;
      }
    });
    await editor.shownCell(1, 'sum');
    await status(page, /nb\.ipynb: stopped/);
    await editor.press('F5');
    await editor.shows('sum 42');
    await editor.ended(1, 'success');
    for (const index of [0, 1]) await editor.cell(index).locator('.codicon-debug-breakpoint').first().waitFor();
    await editor.press('Shift+F5');
    await editor.ends();
    await status(page, /nb\.ipynb: idle/);
    await keepsOne(page, join(folder, 'second'));
  });

  const percent = `# %%\n${TELLS_ID}\n\n# %%\n${SUM}\n`;
  tell('a percent file that is renamed, and one that is saved under another name, keep kernel and breakpoints', { 'old.py': percent }, async ({ page, folder }) => {
    const file = new Editor(page);
    const line = percent.split('\n').indexOf(SUM) + 1;
    await file.open('old.py');
    await file.goto(line);
    await file.toggleBreakpoint();
    await file.goto(2);
    await file.press('Control+Enter');
    await status(page, /old\.py: idle/);
    await rename(page, 'old.py', 'new.py');
    await status(page, /new\.py: idle/);
    for (const name of ['new.py', 'third.py']) {
      await page.locator(`.tab[data-resource-name="${name}"]`).click();
      await file.goto(line);
      await file.command('dap-kernel: Debug Cell');
      await file.stopsAt(SUM);
      await file.press('F5');
      await until('the sum', async () => (await file.console()).includes('sum 42') || undefined);
      await file.press('Shift+F5');
      await file.ends();
      await keepsOne(page, folder);
      if (name === 'third.py') break;
      await page.locator(`.tab[data-resource-name="${name}"]`).click();
      await file.command('File: Save As...');
      await saveAs(page, folder, 'third.py');
      await status(page, /third\.py: idle/);
    }
  });
}
