import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { registerCommands } from '../src/commands';
import { aborted, queueOf } from '../src/controller/queue';
import type { Parts } from '../src/parts';
import type { KernelState } from '../src/protocol';
import { Sessions } from '../src/sessions';
import { answers, asked, commands, debug, debugged, executed, requested, settings, Uri, workspace, type Tracker } from './vscode';

const STEP = 'workbench.action.debug.stepOver';
const STOP = 'workbench.action.debug.stop';
const answer = (command: string): object => ({ type: 'response', command, success: true, request_seq: 1 });
const event = (name: string, body: object): object => ({ type: 'event', event: name, body });
const cellOf = (program: string): object => ({ notebook: { uri: Uri.file(program) } });

const sessions = new Sessions();
registerCommands({ sessions } as Parts);

/** A session in which a cell has run, stopped in its thread 5 or else. */
function begun(program: string, state: KernelState): Tracker {
  const tracker = debugged(program, { type: 'dap-kernel', request: 'launch', program });
  for (const it of ['initialize', 'launch']) tracker.onDidSendMessage(answer(it));
  tracker.onDidSendMessage(event('notebookKernel', { state }));
  tracker.onDidSendMessage(event('notebookCell', { cell: { id: 'a', state: 'done' } }));
  if (state === 'stopped') tracker.onDidSendMessage(event('stopped', { reason: 'step', threadId: 5 }));
  return tracker;
}

beforeEach(() => {
  answers.length = asked.length = executed.length = requested.length = 0;
  settings.clear();
  workspace.notebookDocuments = ['/a.ipynb', '/b.ipynb'].map((it) => ({ uri: Uri.file(it) }));
});

const STEPS: [name: string, cell: string, other: KernelState, executed: string[], requested: string[]][] = [
  ['of the active session', '/a.ipynb', 'stopped', [STEP], []],
  ['of another one', '/b.ipynb', 'stopped', [], ['/b.ipynb next 5']],
  ['of another one that runs', '/b.ipynb', 'busy', [], []],
  ['of a notebook without a session', '/c.ipynb', 'stopped', [], []],
];
for (const [name, cell, other, steps, requests] of STEPS) {
  test(`Run Next Line steps the notebook whose cell has the button: ${name}`, async () => {
    const trackers = [begun('/a.ipynb', 'stopped'), begun('/b.ipynb', other)];
    debug.activeDebugSession = { id: '/a.ipynb' };
    await commands.executeCommand('dap-kernel.runNextLine', cellOf(cell));
    assert.deepEqual(executed, steps);
    assert.deepEqual(requested.map((it) => `${it.id} ${it.command} ${(it.args as { threadId: number }).threadId}`), requests);
    for (const it of trackers) it.onExit();
  });
}

test('an interrupt calls off what waits, of a file as of a notebook', async () => {
  workspace.textDocuments = [{ uri: Uri.file('/a.py'), languageId: 'python', getText: () => '' }];
  for (const program of ['/a.py', '/a.ipynb']) {
    const tracker = begun(program, 'busy');
    const waits = queueOf(Uri.file(program).toString()).next(aborted);
    await commands.executeCommand('dap-kernel.interruptKernel', { document: Uri.file(program) });
    await waits;
    assert.equal(requested.at(-1)?.command, 'notebookInterrupt');
    tracker.onExit();
  }
  workspace.textDocuments = [];
});

const STOPS: [name: string, program: string, answer: string | undefined, executed: string[], asks: number][] = [
  ['the user agrees', '/a.ipynb', 'Stop', [STOP], 1],
  ['the user does not', '/a.ipynb', undefined, [], 1],
  ['a script has no kernel to keep', '/a.py', undefined, [STOP], 0],
];
for (const [name, program, said, stops, asks] of STOPS) {
  test(`the key of Stop asks before the kernel of a notebook ends: ${name}`, async () => {
    const tracker = begun(program, 'busy');
    debug.activeDebugSession = { id: program };
    answers.push(said);
    await commands.executeCommand('dap-kernel.goOn', STOP);
    assert.deepEqual(executed, stops);
    assert.equal(asked.length, asks);
    tracker.onExit();
  });
}
