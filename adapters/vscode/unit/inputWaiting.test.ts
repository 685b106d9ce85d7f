import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellEnds, END_OF_FILE, kernelEnds, lineOf } from '../src/controller/inputWaiting';
import type { CellState, KernelState, NotebookCell } from '../src/protocol';

const cell = (id: string, state: CellState): NotebookCell => ({ id, state, name: id, kind: 'code', line: 1, endLine: 1 });

test('the wait for a line outlasts what becomes of other cells', () => {
  for (const it of ['queued', 'stale', 'new', 'done'] as const) assert.equal(cellEnds('a', cell('b', it)), false, it);
  assert.equal(cellEnds('a', cell('a', 'running')), false);
});

test('the wait for a line is over with its cell, or when another one runs', () => {
  for (const it of ['done', 'failed', 'interrupted', 'stopped', 'stale'] as const) {
    assert.equal(cellEnds('a', cell('a', it)), true, it);
  }
  assert.equal(cellEnds('a', cell('b', 'running')), true);
});

test('a thread waits on while cells run', () => {
  assert.equal(cellEnds(undefined, cell('b', 'running')), false);
  assert.equal(kernelEnds(undefined, 'idle'), false);
});

test('the wait for a line is over when nothing runs, and with its kernel', () => {
  const ending: Record<KernelState, boolean> = {
    notStarted: true, starting: true, idle: true, busy: false, stopped: false, dead: true,
  };
  for (const [state, is] of Object.entries(ending)) assert.equal(kernelEnds('a', state as KernelState), is, state);
  assert.equal(kernelEnds(undefined, 'dead'), true);
});

const LINES: [typed: string, line: string | undefined][] = [
  ['ada', 'ada'], ['', ''], ['  two words ', '  two words '], ['::ada', ':ada'], [' ::ada', ' :ada'], [':cells', undefined],
  [' :run', undefined], [END_OF_FILE, undefined], ['a:b', 'a:b'], ['a::b', 'a::b'],
];
for (const [typed, line] of LINES) {
  test(`what is typed for input() is given as a line: ${JSON.stringify(typed)}`, () => assert.equal(lineOf(typed), line));
}
