import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosen, type What } from '../src/files/cellsToRun';
import { DrawnText, ofTerminal } from '../src/files/terminalText';
import { codeAt, isTextAt, nextCell } from '../src/lsp/notebooks';
import type { CellState, NotebookCell, Run } from '../src/protocol';

const PERCENT = ['# %% one', 'a = 1', '', '# %% [markdown]', '# words', '#%% two', 'b = 2'];
const MARIMO = ['import marimo', 'app = marimo.App()', '@app.cell', 'def _(n):', '    n', '@app.cell(hide_code=True)', 'async def _():', '    m = 1', 'with app.setup:', '    k = 1'];

const NEXT: [name: string, lines: string[], line: number, next: number | undefined][] = [
  ['over a text cell', PERCENT, 1, 6],
  ['from the marker', PERCENT, 0, 6],
  ['none', PERCENT, 6, undefined],
  ['marimo', MARIMO, 3, 7],
  ['marimo, from before the first', MARIMO, 0, 4],
  ['marimo, a setup cell', MARIMO, 7, 9],
  ['marimo, none', MARIMO, 9, undefined],
  ['a marker that is the last line', ['# %%', 'a', '# %%'], 1, 2],
  ['Databricks-like comments are none', ['# %% a', '# just words', 'b'], 0, undefined],
];
for (const [name, lines, line, next] of NEXT) {
  test(`the cell after this one: ${name}`, () => assert.equal(nextCell(lines, line), next));
}

test("the code of a marker's line is below it", () => {
  assert.deepEqual([0, 1, 3, 6].map((it) => codeAt(PERCENT, it)), [1, 1, 4, 6]);
  assert.deepEqual([2, 3, 4, 5, 8].map((it) => codeAt(MARIMO, it)), [4, 3, 4, 7, 9]);
});

test('a text cell is known by its marker', () => {
  assert.deepEqual([0, 1, 3, 4, 5, 6].map((it) => isTextAt(PERCENT, it)), [false, false, true, true, false, false]);
});

const cells = (...states: (CellState | 'text')[]): NotebookCell[] => states.map((state, at) => ({
  id: `c${at}`, name: `c${at}`, line: at * 10 + 2, endLine: at * 10 + 9,
  ...(state === 'text' ? { kind: 'markdown' } : { kind: 'code', state }),
}));
const RUNS: [name: string, what: What, line: number, states: (CellState | 'text')[], run: Run][] = [
  ['the cell at a line', 'at', 12, ['done', 'new'], { at: 12 }],
  ['those above', 'above', 12, ['done', 'new'], { above: 12 }],
  ['it and those below', 'below', 12, ['done', 'new'], { below: 12 }],
  ['to here: what has run stays', 'toHere', 22, ['done', 'stale', 'new', 'new'], { cells: ['c1', 'c2'] }],
  ['to here: it runs in any case', 'toHere', 13, ['done', 'done'], { cells: ['c1'] }],
  ['to here: text does not run', 'toHere', 22, ['new', 'text', 'failed'], { cells: ['c0', 'c2'] }],
  ['before the first cell', 'toHere', 1, ['new'], { at: 1 }],
];
for (const [name, what, line, states, run] of RUNS) {
  test(`what runs: ${name}`, () => assert.deepEqual(chosen(what, line, line, cells(...states)), run));
}

const WRITTEN: [category: string | undefined, output: string, written: string][] = [
  ['stdout', 'a\nb', 'a\r\nb'],
  ['stdout', '\u001b[32mgreen\u001b[0m\n', '\u001b[32mgreen\u001b[0m\r\n'],
  ['stderr', 'one\ntwo\n', '\u001b[31mone\u001b[0m\r\n\u001b[31mtwo\u001b[0m\r\n'],
  ['stderr', '\u001b[32mown\u001b[0m\n', '\u001b[32mown\u001b[0m\r\n'],
  ['console', 'load\n', '\u001b[2mload\u001b[0m\r\n'],
  ['telemetry', 'hidden', ''],
  ['stdout', '', ''],
];
for (const [category, output, written] of WRITTEN) {
  test(`a terminal is written: ${category ?? ''} ${JSON.stringify(output)}`, () => assert.equal(ofTerminal(category, output), written));
}

/** What a terminal of ten columns shows of what is written: its lines. */
function shown(written: string): string[] {
  const lines = [''];
  let [row, column] = [0, 0];
  for (const [token = ''] of written.matchAll(/\u001b\[(\d*)([A-Zm])|\r|\n|[^\u001b\r\n]/g)) {
    const up = /\u001b\[(\d*)A/.exec(token);
    if (token === '\r') column = 0;
    else if (token === '\n') lines[++row] ??= '';
    else if (up !== null) row -= Number(up[1] ?? 1);
    else if (token.endsWith('J') && token.length > 1) lines.splice(row, lines.length, (lines[row] ?? '').slice(0, column));
    else if (!token.startsWith('\u001b')) {
      if (column === 10) [row, column] = [row + 1, 0];
      lines[row] = (lines[row] ?? '').slice(0, column) + token;
      column += 1;
    }
  }
  return lines;
}

const DRAWN: [name: string, steps: (text: DrawnText) => string[], lines: string[]][] = [
  ['a bar that grows', (it) => [it.print('stdout', 'a\n'), it.hold('stderr', ' 50%'), it.hold('stderr', '100%')], ['a', '100%']],
  ['a bar that is done', (it) => [it.hold('stderr', ' 50%'), it.print('stderr', '100%\n'), it.print('stdout', 'b\n')], ['100%', 'b', '']],
  ['a bar that goes away', (it) => [it.print('stdout', 'a\n'), it.hold('stderr', ' 50%'), it.hold('stderr', '')], ['a', '']],
  ['lines above a bar', (it) => [it.hold('stderr', ' 50%'), it.print('stdout', 'x\n'), it.print('stdout', 'y\n')], ['x', 'y', ' 50%']],
  ['two bars', (it) => [it.hold('stderr', 'one\ntwo'), it.hold('stderr', 'ONE\nTWO'), it.print('stderr', 'one\n', 'TWO')], ['one', 'TWO']],
  ['a bar wider than the terminal', (it) => [it.hold('stderr', '0123456789abc'), it.hold('stderr', 'short')], ['short']],
  ['behind a line without an end', (it) => [it.print('stdout', 'so: '), it.hold('stdout', '\n1'), it.hold('stdout', '\n2'), it.print('stdout', '\n3\n')], ['so: ', '3', '']],
  ['with colours', (it) => [it.hold('stderr', '\u001b[32m123456789\u001b[0m'), it.hold('stderr', 'x')], ['x']],
];
for (const [name, steps, lines] of DRAWN) {
  test(`a terminal shows ${name}`, () => {
    const text = new DrawnText();
    text.columns = 10;
    assert.deepEqual(shown(steps(text).join('')), lines);
  });
}
