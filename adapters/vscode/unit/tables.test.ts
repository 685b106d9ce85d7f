import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tabbed } from '../src/tables/clipboard';
import { html } from '../src/tables/html';
import { filterOf, turned } from '../src/tables/order';
import { countsText, rangeText } from '../src/tables/page/columns';
import type { ColumnKind } from '../src/tables/tableProtocol';
import { copiedText, summary, whyNot } from '../src/tables/words';
import { descriptionOf, iconOf } from '../src/views/variableTexts';

const FILTERS: [typed: string, kind: ColumnKind, operator: string | undefined, value?: string][] = [
  ['', 'text', undefined], ['  ', 'number', undefined],
  ['Bern', 'text', 'contains', 'Bern'], [' Bern ', 'text', 'contains', 'Bern'], ['New York', 'text', 'contains', 'New York'],
  ['10', 'number', '=', '10'], ['-1.5e3', 'number', '=', '-1.5e3'], ['true', 'boolean', '=', 'true'],
  ['2024-01', 'time', 'contains', '2024-01'], ['x', 'other', 'contains', 'x'],
  ['> 10', 'number', '>', '10'], ['>=10', 'number', '>=', '10'], ['< -2', 'number', '<', '-2'], ['<=2', 'text', '<=', '2'],
  ['= Bern', 'text', '=', 'Bern'], ['==Bern', 'text', '=', 'Bern'], ['!= Bern', 'text', '!=', 'Bern'], ['<>3', 'number', '!=', '3'],
  ['≥ 3', 'number', '>=', '3'], ['≤3', 'number', '<=', '3'], ['≠ 3', 'number', '!=', '3'],
  ['missing', 'number', 'missing'], ['Missing', 'text', 'missing'], ['present', 'text', 'present'],
  ['"missing"', 'text', 'contains', 'missing'], ["'> 10'", 'text', 'contains', '> 10'], ['= ""', 'text', '=', ''], ['=', 'text', '=', ''],
  ['= "a b"', 'text', '=', 'a b'], ['"', 'text', 'contains', '"'], ['a > b', 'text', 'contains', 'a > b'],
];
for (const [typed, kind, operator, value] of FILTERS) {
  test(`the filter ${JSON.stringify(typed)} of a column of kind ${kind}`, () => {
    const expected = operator === undefined ? undefined : { position: 4, operator, ...(value === undefined ? {} : { value }) };
    assert.deepEqual(filterOf(4, typed, kind), expected);
  });
}

test('a click on a head sorts up, then down, then not; with Shift beside other columns', () => {
  const up = { position: 1, descending: false }, down = { position: 1, descending: true }, other = { position: 2, descending: false };
  assert.deepEqual(turned([], 1, false), [up]);
  assert.deepEqual(turned([up], 1, false), [down]);
  assert.deepEqual(turned([down], 1, false), []);
  assert.deepEqual(turned([up], 2, false), [other]);
  assert.deepEqual(turned([up], 2, true), [up, other]);
  assert.deepEqual(turned([up, other], 1, true), [down, other]);
  assert.deepEqual(turned([down, other], 1, true), [other]);
  assert.deepEqual(turned([down, other], 1, false), []);
});

test('rows are copied as spreadsheets take them', () => {
  assert.equal(tabbed([['a', 'b'], ['1', '']]), 'a\tb\n1\t');
  assert.equal(tabbed([['x\ty', 'two\nlines', 'say "so"']]), '"x\ty"\t"two\nlines"\t"say ""so"""');
  assert.equal(tabbed([]), '');
});

test('what is said of a table', () => {
  const page = { kind: 'frame', type: 'pandas.DataFrame', totalRows: 1_000_000, rows: 1_000_000, totalColumns: 3, columns: [], index: [], cells: [] } as const;
  const shown = { ...page, columns: [], index: [], cells: [] };
  assert.equal(summary(shown), '1,000,000 rows × 3 columns · pandas.DataFrame');
  assert.equal(summary({ ...shown, rows: 12 }), '12 of 1,000,000 rows × 3 columns · pandas.DataFrame');
  assert.equal(summary({ ...shown, rows: 1, totalRows: 1, totalColumns: 1 }), '1 row × 1 column · pandas.DataFrame');
  assert.match(summary({ ...shown, isCut: true }), /too large for all statistics$/);
  assert.equal(whyNot('NameError: name \'df\' is not defined', true), 'NameError: name \'df\' is not defined. These are the rows from before.');
  assert.equal(whyNot('nb.ipynb has no kernel now: run the cell that makes df.', true), 'nb.ipynb has no kernel now: run the cell that makes df. These are the rows from before.');
  assert.equal(whyNot('\'much\' is no number', false), '\'much\' is no number');
  assert.equal(copiedText(3, 3), 'Copied 3 rows');
  assert.equal(copiedText(5000, 1_000_000), 'Copied the first 5,000 rows of 1,000,000: all of them are too much for the clipboard');
});

test('what is said of a column', () => {
  const column = { name: 'n', type: 'int64', kind: 'number' } as const;
  assert.deepEqual([rangeText(column), countsText(column)], ['', '']);
  const told = { ...column, min: '1', max: '99', distinct: 12, missing: 3 };
  assert.deepEqual([rangeText(told), countsText(told)], ['1 – 99', '12 distinct · 3 missing']);
  const one = { ...column, min: '7', max: '7', distinct: 1, missing: 0 };
  assert.deepEqual([rangeText(one), countsText(one)], ['7', '1 distinct']);
  assert.equal(countsText({ ...column, missing: 1200 }), '1,200 missing');
});

test('what a variable says, its size once', () => {
  assert.equal(descriptionOf({ name: 'n', type: 'int', value: '3' }), 'int · 3');
  assert.equal(descriptionOf({ name: 'l', type: 'list', value: '[1, 2, 3, …]', length: 1000 }), 'list · 1,000 · [1, 2, 3, …]');
  assert.equal(descriptionOf({ name: 'l', type: 'list', value: '[1, 2, 3]', length: 3 }), 'list · 3 · [1, 2, 3]');
  assert.equal(descriptionOf({ name: 'd', type: 'DataFrame', value: '3 rows × 2 columns', shape: '3 × 2' }), 'DataFrame · 3 × 2 · 3 rows × 2 columns');
  assert.equal(descriptionOf({ name: 'a', type: 'ndarray', value: 'ndarray (3,) [1, 2, 3]', shape: '(3,)' }), 'ndarray · ndarray (3,) [1, 2, 3]');
  assert.equal(descriptionOf({ name: '…', type: '', value: '800 more' }), '800 more');
  assert.deepEqual(['int', 'str', 'list', 'Path'].map((type) => iconOf({ name: 'x', type, value: '' })), ['symbol-numeric', 'symbol-string', 'symbol-array', 'symbol-variable']);
  assert.equal(iconOf({ name: 'd', type: 'list', value: '', isTable: true }), 'table');
});

test('only our own script and styles are let into the page of a table', () => {
  const made = html('vscode-resource:', 'vscode-resource:/dist/table.js', 'vscode-resource:/dist/table.css');
  const policy = /content="([^"]*)"/.exec(made)?.[1] ?? '';
  const nonce = /script-src 'nonce-(\w+)'/.exec(policy)?.[1];
  assert.ok(nonce !== undefined && made.includes(`<script nonce="${nonce}"`));
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.notEqual(html('', '', ''), html('', '', ''), 'each page has a nonce of its own');
});
