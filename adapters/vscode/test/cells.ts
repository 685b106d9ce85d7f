// Cells by their own buttons: Run, Debug, what they print and show, interrupt, restart.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Notebook } from './editor';
import { notebook, type Tell } from './stories';
import { until } from './workbench';

const PRINTS = `\
import sys
print("one")
print("two", file=sys.stderr)
print("three")`;

const SHOWS = `\
class Rich:
    def _repr_mimebundle_(self, **_):
        return {"text/html": "<b>bold</b> words", "text/plain": "plain"}
class Red:
    def _repr_png_(self):
        import base64
        return base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mO4YGCAFTEMLQkA2ntMAZZ5tYQAAAAASUVORK5CYII=")
class Title:
    def _repr_markdown_(self):
        return "# A title"
display(Rich())
display(Red())
Title()`;

export function cells(tell: Tell): void {
  tell('Run cell: outputs in their order, number, time and mark', { 'nb.ipynb': notebook(PRINTS, 'n = 1\n1 / 0', 'n + 41') }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('three');
    assert.match((await editor.outputs()).map((it) => it.text).join(' ').trim(), /^one\s+two\s+three$/);
    assert.equal(await editor.order(0), '[1]');
    assert.match(await editor.status(0), /\d+\.\ds/);
    assert.equal(await editor.isToolbarShown(), false, 'Run shows no debugger');
    await page.locator('.notebook-toolbar-container .kernel-label').getByText(/dap-kernel: Python 3\.\d+\.\d+/).waitFor();
    await editor.run(1);
    await editor.ended(1, 'error');
    await editor.shows('ZeroDivisionError');
    const failed = await until('the error', async () => (await editor.outputs()).find((it) => it.kind === 'error'));
    assert.match(failed.text, /Cell In\[2\], line 2[\s\S]*1 n = 1\n-+> 2 1 \/ 0/, 'with the lines around');
    const frame = await until('the frame of the outputs', () => editor.outputFrame());
    await frame.locator('.output.error a, .output_container a').filter({ hasText: 'line 2' }).first().click();
    await until('the cursor in the line of the link', () => page.evaluate(() => document.activeElement?.closest('.code-cell-row')?.textContent.replaceAll('\u00a0', ' ').includes('1 / 0') === true || undefined));
    const tracebacks = (await editor.outputs()).filter((it) => it.text.includes('ZeroDivisionError'));
    assert.equal(tracebacks.length, 1, 'the traceback is there once');
    await editor.run(2);
    await editor.ended(2, 'success');
    await editor.shows('42');
    assert.equal(await editor.order(2), '[3]');
    await editor.press('Control+S');
    const saved = await until('the error in the file', () => /"traceback": \[[\s\S]*?\n\s*\]/.exec(readFileSync(join(folder, 'nb.ipynb'), 'utf8'))?.[0]);
    const file = JSON.parse(readFileSync(join(folder, 'nb.ipynb'), 'utf8')) as { cells: { outputs: Record<string, unknown>[] }[] };
    const value = file.cells[2]?.outputs[0];
    assert.deepEqual([value?.['output_type'], value?.['execution_count']], ['execute_result', 3], 'its value is its result');
    assert.match(saved, /"Traceback \(most recent call last\):",/, 'its lines have no ends, which would show as blank lines');
  });

  tell('a module that is missing is said where its cell was run, with a way to another Python', { 'nb.ipynb': notebook('import no_such_module_x') }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.run(0);
    await editor.ended(0, 'error');
    const said = page.locator('.notification-toast').filter({ hasText: 'needs no_such_module_x' });
    await said.getByText('Pick Another Interpreter').click();
    await page.locator('.quick-input-widget').getByText('The Python that runs').first().waitFor();
  });

  tell('rich values are shown in the cell', { 'rich.ipynb': notebook(SHOWS) }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('rich.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('bold words');
    await editor.shows('8x8');
    await until('the title', async () => (await editor.outputFrame())?.getByText('A title').isVisible());
    assert.equal((await editor.outputs()).length, 3, 'each is shown once');
  });

  const plot = notebook('import matplotlib.pyplot as plt\nplt.plot([1, 4, 9, 16])\nplt.title("squares")\nplt.show()', 'second = 2');
  tell('a plot stands in the cell', { 'plot.ipynb': plot }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('plot.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await until('the plot', async () => (await editor.outputs()).some((it) => it.kind === 'image') || undefined);
    await editor.picture('vscode-notebook-plot');
    await editor.command('Focus on Plots View');
    const image = await until('the plot in the view', async () => {
      for (const it of page.frames()) {
        const found = it.locator('button img').first();
        if (await found.isVisible().catch(() => false)) return found; // a frame may go meanwhile
      }
      return undefined;
    });
    await editor.click(1, 1);
    await image.click();
    await until('the cursor in the cell that drew it', () => page.evaluate(() => document.activeElement?.closest('.code-cell-row')?.textContent.includes('squares') === true || undefined));
    assert.equal(await editor.lineAt('.code-cell-row .current-line'), 'plt.plot([1, 4, 9, 16])');
  }, 'matplotlib');

  const steps = notebook('kept = 41', 'def f(x):\n    y = x + 1\n    return y\nresult = f(kept)\nprint("result", result)', 'breakpoint()\nprint("after", result)');
  tell('Debug cell stops where Run does not, in the same kernel', { 'debug.ipynb': steps }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('debug.ipynb');
    await editor.click(1, 2);
    await editor.toggleBreakpoint();
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.run(1);
    await editor.ended(1, 'success');
    await editor.shows('result 42');
    await editor.debug(1);
    await editor.stopsAt('y = x + 1');
    await editor.showsVariable('x = 41');
    assert.equal(await editor.isToolbarShown(), true);
    await editor.press('F5');
    await editor.ended(1, 'success');
    assert.equal(await editor.order(1), '[3]');
    await editor.run(2);
    await editor.ended(2, 'success');
    await editor.shows('after 42');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('Debug cell of a notebook in which nothing ran; after the end Run goes on in its kernel', { 'debug.ipynb': steps }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('debug.ipynb');
    await editor.click(0, 1);
    await editor.toggleBreakpoint();
    await editor.debug(0);
    await editor.stopsAt('kept = 41');
    await editor.press('F5');
    await editor.ended(0, 'success');
    await until('no yellow line', async () => (await editor.stoppedLine()) === undefined || undefined);
    await editor.press('Shift+F5');
    await editor.ends();
    await editor.run(1);
    await editor.ended(1, 'success');
    await editor.shows('result 42');
    assert.equal(await editor.order(1), '[2]');
  });

  tell('Run all, interrupt, restart', { 'long.ipynb': notebook('a = 1', 'import time\nprint("begun")\ntime.sleep(600)', 'print("never")') }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('long.ipynb');
    await editor.toolbar('Run All');
    await editor.shows('begun');
    await editor.toolbar('Interrupt');
    await editor.ended(1, 'error');
    await editor.shows('KeyboardInterrupt');
    assert.equal((await editor.order(2)).trim(), '[ ]');
    await editor.toolbar('Restart');
    await editor.answer('Restart');
    await editor.type(2, 'print("a" in globals())');
    await editor.run(2);
    await editor.shows('False');
    assert.equal(await editor.order(2), '[1]');
  });

  tell('input() is asked for at the top', { 'input.ipynb': notebook('name = input("Who? ")\nprint("hello", name)') }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('input.ipynb');
    await editor.run(0);
    const box = page.locator('.quick-input-widget');
    await box.getByText('Who?').waitFor();
    await page.keyboard.type(':ada');
    await editor.press('Enter');
    await editor.ended(0, 'success');
    await editor.shows('hello :ada');
    assert.equal((await editor.outputs()).map((it) => it.text).join('\n'), 'Who? :ada\nhello :ada', 'what was typed stands behind its question');
  });

  tell('under the debugger input() is asked for in the Debug Console', { 'input.ipynb': notebook('first = 1', 'name = input("Who? ")\nprint("hello", name)') }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('input.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.debug(1);
    await page.locator('.repl .repl-input-wrapper .monaco-editor.focused').waitFor();
    await page.keyboard.type('ada');
    await editor.press('Enter');
    await editor.ended(1, 'success');
    await editor.shows('hello ada');
    await editor.shows('Who? ada');
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const two = { 'a.ipynb': notebook('word = "idle"'), 'b.ipynb': notebook('name = input("Who? ")\nprint("hello", name)') };
  tell('of two debuggers the Debug Console belongs to the first; input() of the second is asked for at the top', two, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('a.ipynb');
    await editor.debug(0);
    await editor.ended(0, 'success');
    await page.locator('.statusbar-item').filter({ hasText: /a\.ipynb: idle$/ }).first().waitFor();
    await editor.open('b.ipynb');
    await editor.shownCell(0, 'Who?');
    await editor.press('F5');
    await page.locator('.quick-input-widget').getByText('Who?').waitFor();
    await page.keyboard.type('ada');
    await editor.press('Enter');
    await editor.shows('hello ada');
    await editor.ended(0, 'success');
  });

  const shell = notebook('%%bash\necho "the shell says $((6 * 7))"', '<b>no magic</b>', 'print("after")').replace('"metadata": {}', '"metadata": {"vscode": {"languageId": "shellscript"}}');
  const others = shell.replace('"id": "cell-1",\n   "metadata": {}', '"id": "cell-1",\n   "metadata": {"vscode": {"languageId": "html"}}');
  tell('a cell of another language runs by its magic', { 'shell.ipynb': others }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('shell.ipynb');
    await editor.cell(0).getByText('Shell Script').waitFor();
    await editor.cell(1).getByText('HTML').waitFor();
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('the shell says 42');
    await editor.toolbar('Run All');
    await editor.ended(2, 'success');
    await editor.shows('after');
    assert.equal((await editor.order(1)).trim(), '[ ]', 'without one it is not the kernel\'s');
    assert.equal((await editor.outputs()).length, 2);
  }, 'IPython');

  tell('cells that were moved and typed run as they are on screen', { 'moved.ipynb': notebook('first = 1', 'second = 2') }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('moved.ipynb');
    await editor.click(0, 1);
    await editor.command('Notebook: Insert Code Cell Above');
    await until('the new cell', async () => (await page.locator('.notebookOverlay .code-cell-row').count()) === 3 || undefined);
    await editor.type(0, 'print("new", 6 * 7)');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.shows('new 42');
  });
}
