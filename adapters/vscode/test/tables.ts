// What is looked at beside the debugger: the notebook's variables, and tables.
import assert from 'node:assert/strict';
import { chosen } from './clicks';
import { Editor, Notebook } from './editor';
import { HOLDS, letGo } from './processes';
import { notebook, type Tell } from './stories';
import { bring, Table, Variables } from './tablePanels';
import { until } from './workbench';

const NAMES = notebook('numbers = [1, 2, 3]\nname = "Ada"', `numbers.append(4)\n${HOLDS}`, 'del name');
const TRIPS = notebook(
  `import numpy as np
import pandas as pd
count = 1_000_000
trips = pd.DataFrame({
    "city": np.array(["Bern", "Graz", "Oslo", "Turku"])[np.arange(count) % 4],
    "distance": (np.arange(count) * 37 % 10_007) / 10,
    "riders": np.arange(count) % 5,
})
trips.loc[::10, "distance"] = np.nan`,
  'trips = trips.head(3).assign(riders=[70, 80, 90])',
  'del trips',
  HOLDS,
);
const ROWS = notebook('made = 0\ndef rows(width=2):\n    global made\n    made += 1\n    return [{f"c{it}": made * n for it in range(width)} for n in range(3)]', 'print("made", made)');
const HALVES = notebook(
  'import pandas as pd\nprices = pd.DataFrame({"price": [10, 20, 30], "shop": ["a", "b", "c"]})',
  'def halve(frame):\n    part = frame.head(2)\n    part = part.assign(price=part["price"] / 2)\n    return part\nhalve(prices)\nprint("halved")',
);

export function tables(tell: Tell): void {
  tell('the variables of the notebook are there after Run, follow each run, and are those of the notebook in front', {
    'names.ipynb': NAMES, 'other.ipynb': notebook('alone = 42'),
  }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    const variables = new Variables(page);
    await editor.open('names.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.toolbar('Variables');
    await variables.shows('numbers', 'list · 3 · [1, 2, 3]');
    await variables.shows('name', "str · 3 · 'Ada'");
    assert.equal(await editor.isToolbarShown(), false);
    await editor.run(1);
    await variables.says('The kernel is busy: these are the values from before.');
    letGo(folder);
    await variables.shows('numbers', 'list · 4 · [1, 2, 3, 4]');
    await variables.row('numbers').locator('.monaco-tl-twistie').click();
    await variables.shows('3', 'int · 4');
    await editor.run(2);
    await variables.row('name').waitFor({ state: 'detached' });
    await editor.open('other.ipynb');
    await variables.says('other.ipynb has no kernel.');
    await editor.shownCell(0, 'alone = 42');
    await editor.run(0);
    await variables.shows('alone', 'int · 42');
    await bring(page, 'names.ipynb');
    await variables.shows('numbers', 'list · 4');
    await editor.shownCell(0, 'numbers');
    await editor.click(0, 2);
    await editor.toggleBreakpoint();
    await editor.debug(0);
    await editor.stopsAt('name = "Ada"');
    await editor.command('dap-kernel: Show Notebook Variables');
    await variables.shows('numbers', 'list · 3 · [1, 2, 3]');
    await editor.click(0, 2);
    await editor.press('F5');
    await editor.ended(0, 'success');
    await editor.command('dap-kernel: Show Notebook Variables');
    await variables.shows('name', "'Ada'");
    await editor.press('Shift+F5');
    await editor.ends();
    await variables.shows('name', "'Ada'");
    await editor.command('dap-kernel: Shut Down Kernel');
    await editor.answer('Shut Down');
    await variables.says('names.ipynb has no kernel.');
  });

  tell('the variables of a percent file are there after Run Cell, and its lists open as tables', {
    'towns.py': '# %% towns\ntowns = [{"name": "Graz", "km": 200}, {"name": "Linz", "km": 184}]\n',
  }, async ({ page }) => {
    const editor = new Editor(page);
    const variables = new Variables(page);
    await editor.open('towns.py');
    await page.locator('.codelens-decoration').first().waitFor(); // the extension is there
    await editor.goto(2);
    await editor.press('Control+Enter');
    await page.locator('.statusbar-item').filter({ hasText: /towns\.py: idle$/ }).first().waitFor();
    await editor.command('dap-kernel: Show Notebook Variables');
    await variables.shows('towns', 'list · 2');
    const table = await variables.openTable('towns');
    await table.says('2 rows × 2 columns');
    await table.shows(0, '0', 'Graz', '200');
    await table.head('km').locator('.head').press('Enter');
    await table.shows(0, '1', 'Linz', '184');
    assert.equal(await editor.isToolbarShown(), false);
  });

  tell('a table of a million rows is scrolled, sorted, filtered and copied, and follows the runs', { 'trips.ipynb': TRIPS }, async ({ page, folder }) => {
    const editor = new Notebook(page);
    const variables = new Variables(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await editor.open('trips.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.toolbar('Variables');
    await variables.shows('trips', 'DataFrame');
    await editor.picture('vscode-variables', 'panel');
    const table = await variables.openTable('trips');
    await editor.press('Control+J'); // the panel takes room
    await table.says('1,000,000 rows × 3 columns');
    await table.shows(1, '1', 'Graz', '3.7', '1');
    await table.head('distance').getByText(/100,000 missing/).waitFor();
    await table.head('riders').getByText('0 – 4').waitFor();
    await table.cell('Graz').click();
    await editor.press('Control+End');
    await until('the last row', async () => (await table.frame.locator('.slick-cell.label').allTextContents()).includes('999999') || undefined);
    await editor.press('Control+Home');
    await table.head('riders').click();
    await table.head('riders').click();
    await table.shows(0, '4', 'Bern', '14.8', '4');
    await table.filter('city', '= Oslo');
    await table.says('250,000 of 1,000,000 rows');
    await table.head('city').getByText('1 distinct').waitFor();
    await editor.picture('vscode-table');
    await table.filter('distance', '> 1000');
    await table.says(/of 1,000,000 rows/);
    await table.filter('distance', 'much');
    await table.says(/much/);
    await table.filter('distance', '');
    await table.says('250,000 of 1,000,000 rows');
    await table.cell('Oslo').click();
    await editor.press('Shift+ArrowDown', 'Shift+ArrowRight');
    const copied = await table.copied();
    assert.deepEqual(copied.split('\n').map((it) => it.split('\t').length), [2, 2, 2]);
    assert.match(copied, /^city\tdistance\nOslo\t[\d.]*\nOslo\t[\d.]*$/);

    await bring(page, 'trips.ipynb');
    await editor.run(1);
    await editor.run(3);
    await bring(page, 'trips');
    await table.says('The kernel is busy');
    letGo(folder);
    await table.says('1 of 3 rows');
    await table.shows(0, '2', 'Oslo', '7.4', '90');
    await bring(page, 'trips.ipynb');
    await editor.run(2);
    await editor.ended(2, 'success');
    await bring(page, 'trips');
    await table.says(/name 'trips' is not defined/);
    await table.shows(0, '2', 'Oslo', '7.4', '90');
  }, 'pandas');

  tell('a typed expression is evaluated when the user asks for it, and all its columns are copied', { 'rows.ipynb': ROWS }, async ({ page, reload }) => {
    const editor = new Notebook(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await editor.open('rows.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.command('dap-kernel: Show Table…');
    await page.locator('.quick-input-widget input').fill('rows(450)');
    await page.locator('.quick-input-list .monaco-list-row').getByText('this expression').click();
    const table = await Table.of(page);
    await table.says('3 rows × 450 columns · list · evaluated once: Refresh evaluates it again');
    assert.deepEqual((await table.row(1)).slice(0, 3), ['1', '1', '1']);
    await table.head('c0').click();
    await table.head('c0').click();
    await until('the rows turned', async () => (await table.row(0))[0] === '2' || undefined);
    await table.frame.locator('.slick-cell').nth(3).click();
    await editor.press('Control+A');
    const copied = (await table.copied()).split('\n').map((it) => it.split('\t'));
    assert.deepEqual(copied.map((it) => [it.length, it[0], it.at(-1)]), [[451, '', 'c449'], [451, '2', '2'], [451, '1', '1'], [451, '0', '0']]);
    await bring(page, 'rows.ipynb');
    await editor.run(1);
    await editor.ended(1, 'success');
    await editor.shows('made 1');
    await bring(page, 'rows(450)');
    await table.says('rows(450) is evaluated only when you press Refresh, for it is more than a name. These are the rows from before.');
    await table.frame.locator('#refresh').click();
    await until('the second value', async () => (await table.row(0)).join().startsWith('2,4,4') || undefined);
    await bring(page, 'rows.ipynb');
    await editor.press('Control+S', 'Control+Shift+E');
    await bring(page, 'rows(450)');
    await reload();
    const restored = await Table.of(page);
    await restored.says(/is evaluated only when you press Refresh/);
    await bring(page, 'rows.ipynb');
    await editor.run(0);
    await editor.run(1);
    await editor.shows('made 0');
  });

  tell('a table is opened from the debugger, by a command, and comes back with the window', { 'halves.ipynb': HALVES }, async ({ page, reload }) => {
    const editor = new Notebook(page);
    await editor.open('halves.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await editor.click(1, 3);
    await editor.toggleBreakpoint();
    await editor.debug(1);
    await editor.stopsAt('part = part.assign');
    const locals = page.locator('.debug-variables .monaco-list-row').first();
    await until('the locals', async () => {
      if ((await locals.getAttribute('aria-expanded')) === 'false') await locals.locator('.monaco-tl-twistie').click();
      return (await editor.rows('variables')).some((it) => it.startsWith('part = ')) || undefined;
    });
    const item = page.locator('.monaco-menu .action-label').filter({ hasText: 'Show as Table' }).first();
    const row = page.locator('.debug-variables .monaco-list-row').filter({ hasText: /^\s*part/ }).first();
    await until('Show as Table in the menu of the variable', async () => {
      if (!(await item.isVisible())) await row.click({ button: 'right' });
      return chosen(item);
    });
    const table = await Table.of(page);
    await page.locator('.tab.active').getByText('part in halve').waitFor();
    await table.says('2 rows × 2 columns');
    await table.shows(1, '1', '20', 'b');
    await editor.press('F10');
    await table.shows(1, '1', '10.0', 'b');
    await bring(page, 'halves.ipynb');
    await editor.press('F5');
    await editor.shows('halved');
    await bring(page, 'part in halve');
    await table.says('part is a name in halve, where no thread is stopped now.');
    await table.shows(1, '1', '10.0', 'b');

    await editor.command('dap-kernel: Show Table…');
    await page.locator('.quick-input-widget input').fill('prices');
    await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'prices' }).first().click();
    await page.locator('.tab.active').getByText('prices').waitFor();
    await until('the table of prices', async () => (await (await Table.of(page)).row(0)).join() === '0,10,a' || undefined);
    await bring(page, 'halves.ipynb');
    await editor.press('Control+S', 'Shift+F5');
    await editor.ends();
    await editor.press('Control+Shift+E'); // by which a window that is loaded is known
    await bring(page, 'prices');
    await reload();
    const restored = await Table.of(page);
    await restored.says('halves.ipynb has no kernel now: run the cell that makes prices.');
    await bring(page, 'halves.ipynb');
    await editor.run(0);
    await editor.ended(0, 'success');
    await bring(page, 'prices');
    await (await Table.of(page)).shows(0, '0', '10', 'a');
  }, 'pandas');
}
