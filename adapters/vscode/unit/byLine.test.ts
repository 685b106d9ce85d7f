import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { runByLine, type Executed } from '../src/controller/byLine';
import type { Parts } from '../src/parts';
import type { KernelState } from '../src/protocol';
import { Sessions } from '../src/sessions';
import { debugged, stopped, Uri, type Tracker } from './vscode';

const answer = (command: string): object => ({ type: 'response', command, success: true, request_seq: 1 });
const kernel = (state: KernelState): object => ({ type: 'event', event: 'notebookKernel', body: { state } });
const cell = { document: { uri: Uri.file('/a.ipynb#1') }, notebook: { uri: Uri.file('/a.ipynb') } } as unknown as vscode.NotebookCell;

interface Begun {
  tracker: Tracker;
  open: Set<vscode.NotebookCell>;
}

/** What becomes of the cell. */
const RUNS: [name: string, isFresh: boolean, begins: boolean, goesOn: (it: Begun) => void, stops: boolean][] = [
  ['it was called off', true, false, () => undefined, false],
  ['the run was refused', true, true, ({ open, tracker }) => {
    open.clear();
    tracker.onDidSendMessage(kernel('idle'));
  }, true],
  ['it has ended', true, true, ({ open, tracker }) => {
    tracker.onDidSendMessage(kernel('stopped'));
    open.clear();
    tracker.onDidSendMessage(kernel('idle'));
  }, true],
  ["it has ended, in the user's own debugger", false, true, ({ open, tracker }) => {
    open.clear();
    tracker.onDidSendMessage(kernel('idle'));
  }, false],
  ['the session has ended', true, true, ({ tracker }) => tracker.onExit(), false],
];
for (const [name, isFresh, begins, goesOn, stops] of RUNS) {
  test(`Run by Line: ${name}`, { timeout: 2000 }, async () => {
    stopped.length = 0;
    const sessions = new Sessions();
    const tracker = debugged('own', { program: '/a.ipynb', __takenOver: true });
    for (const it of ['initialize', 'attach']) tracker.onDidSendMessage(answer(it));
    tracker.onDidSendMessage(kernel('busy'));
    const [session] = sessions.all;
    assert.ok(session);
    const open = new Set([cell]);
    const execute = (): Promise<Executed | undefined> => Promise.resolve(begins ? { session, isFresh } : undefined);
    const run = runByLine({ sessions } as Parts, cell, execute, () => open.has(cell));
    goesOn({ tracker, open });
    await run;
    assert.deepEqual(stopped, stops ? ['own'] : []);
    sessions.dispose();
  });
}

test('Run by Line goes on while the cell is open, or the kernel is at work', async () => {
  const sessions = new Sessions();
  const tracker = debugged('own', { program: '/a.ipynb' });
  for (const it of ['initialize', 'launch']) tracker.onDidSendMessage(answer(it));
  const [session] = sessions.all;
  assert.ok(session);
  let isOpen = true;
  let isOver = false;
  const run = runByLine({ sessions } as Parts, cell, () => Promise.resolve({ session, isFresh: true }), () => isOpen)
    .then(() => (isOver = true));
  for (const [state, open] of [['idle', true], ['busy', false], ['stopped', false]] as const) {
    isOpen = open;
    tracker.onDidSendMessage(kernel(state));
    await new Promise(setImmediate);
    assert.equal(isOver, false, state);
  }
  tracker.onDidSendMessage(kernel('idle'));
  await run;
  sessions.dispose();
});
