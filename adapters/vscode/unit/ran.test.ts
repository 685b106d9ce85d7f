import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CellState, NotebookCell } from '../src/protocol';
import { hasRun, runsCode } from '../src/ran';

const cell = (state?: CellState, more: Partial<NotebookCell> = {}): NotebookCell =>
  ({ id: 'a', name: 'a', kind: 'code', line: 1, endLine: 2, ...(state && { state }), ...more });

const HAS_RUN: Record<CellState, boolean> = {
  new: false, queued: false, running: true, done: true, failed: true, stopped: true, interrupted: true,
  stale: true, // it has run, and was edited since
};
for (const [state, has] of Object.entries(HAS_RUN)) {
  test(`a cell that is ${state} has ${has ? '' : 'not '}run`, () => assert.equal(hasRun([cell(state as CellState)]), has));
}

test('cells have run when some has, or is to run once more', () => {
  assert.equal(hasRun([]), false);
  assert.equal(hasRun([cell(), cell('new'), cell('queued')]), false, 'no state is a new cell');
  assert.equal(hasRun([cell('new'), cell('stale')]), true);
  assert.equal(hasRun([cell('queued', { durationS: 0.1 })]), true);
});

const TYPED: [what: string, command: string, args: unknown, runs: boolean][] = [
  ['code in the console', 'evaluate', { expression: 'z = 41', context: 'repl' }, true],
  ['two colons, which send one', 'evaluate', { expression: '::x', context: 'repl' }, true],
  ['a command of the console', 'evaluate', { expression: ' :where', context: 'repl' }, false],
  ['a watch', 'evaluate', { expression: 'z', context: 'watch' }, false],
  ['a hover', 'evaluate', { expression: 'z', context: 'hover' }, false],
  ['no evaluation', 'variables', { context: 'repl' }, false],
];
for (const [what, command, args, runs] of TYPED) {
  test(`${what}: ${runs ? 'something' : 'nothing'} has run`, () => assert.equal(runsCode(command, args), runs));
}
