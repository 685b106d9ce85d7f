import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CellState, KernelState, NotebookCell } from '../src/protocol';
import { markOf, statusText, tooltipText, type Mark } from '../src/views/states';

const cell = (state?: CellState, more: Partial<NotebookCell> = {}): NotebookCell =>
  ({ id: 'a', name: 'a', kind: 'code', line: 1, endLine: 2, ...(state && { state }), ...more });

const MARKS: Record<CellState, Mark | undefined> = {
  new: undefined, queued: undefined, running: undefined, done: undefined,
  failed: 'failed', stopped: 'stale', interrupted: 'stale', stale: 'stale',
};

test('the gutter marks cells that are not up to date; those that never ran are not among them', () => {
  for (const [state, mark] of Object.entries(MARKS)) assert.equal(markOf(cell(state as CellState)), mark, state);
  assert.equal(markOf(cell()), undefined, 'no state is a new cell');
});

test('what does not run has no mark', () => {
  assert.equal(markOf(cell('stale', { kind: 'markdown' })), undefined);
  assert.equal(markOf(cell('stale', { problem: 'a cycle' })), undefined);
});

test('the status bar names the notebook, its kernel\'s state how many cells are stale, and how many never ran', () => {
  const cells = [cell('done'), cell('stale'), cell('failed'), cell('new'), cell('new', { kind: 'markdown' })];
  assert.equal(statusText('a.ipynb', 'idle', cells), '$(check) a.ipynb: idle, 2 stale, 1 not run yet');
  assert.equal(statusText('a.ipynb', 'idle', [cell('done')]), '$(check) a.ipynb: idle');
  assert.equal(statusText('a.ipynb', 'notStarted', [cell(), cell()]), '$(circle-outline) a.ipynb: not started');
  const states: KernelState[] = ['notStarted', 'starting', 'idle', 'busy', 'stopped', 'dead'];
  assert.equal(new Set(states.map((it) => statusText('a', it, []))).size, states.length);
});

test('the hover over the status bar tells the Python and why the kernel has ended, letter by letter', () => {
  assert.equal(tooltipText('/home/my_own_env/bin/python', 'it printed:\n* one\n* [two](x)'),
    'Python: /home/my_own_env/bin/python\nit printed:\n* one\n* [two](x)\nClick for what can be done with the kernel');
  assert.equal(tooltipText(undefined, undefined), 'Click for what can be done with the kernel');
});
