import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { registerKernelOwnership, takeOver } from '../src/controller/kernelOwnership';
import type { Parts } from '../src/parts';
import type { NotebookSession } from '../src/session';
import { Sessions } from '../src/sessions';
import { shutDown } from '../src/shutDown';
import { debugged, requested, started, stopped, Uri, workspace, type Tracker } from './vscode';

const PROGRAM = '/a.ipynb';
const log = { error: () => undefined };
const answer = (command: string): object => ({ type: 'response', command, success: true, request_seq: 1 });

beforeEach(() => {
  requested.length = started.length = stopped.length = 0;
  workspace.notebookDocuments = [{ uri: Uri.file(PROGRAM) }];
});

/** A session that is launched, with a kernel. */
function begun(configuration: object): { parts: Parts; session: NotebookSession; tracker: Tracker } {
  const sessions = new Sessions();
  const tracker = debugged('own', { type: 'dap-kernel', program: PROGRAM, ...configuration });
  for (const it of ['initialize', 'launch']) tracker.onDidSendMessage(answer(it));
  tracker.onDidSendMessage({ type: 'event', event: 'notebookKernel', body: { state: 'idle', systemProcessId: 7 } });
  const [session] = sessions.all;
  assert.ok(session);
  return { parts: { sessions, log } as unknown as Parts, session, tracker };
}

const SHUT_DOWN: [name: string, configuration: object, disconnects: boolean][] = [
  ['one of its own', { request: 'launch' }, false],
  ['one that was attached to', { request: 'attach', kernelId: '7' }, true],
  ['one of a server that the user has started', { request: 'attach', connect: { host: 'far', port: 5678 } }, true],
];
for (const [name, configuration, disconnects] of SHUT_DOWN) {
  test(`the kernel of a session is shut down by its own server: ${name}`, async () => {
    const { parts, session } = begun(configuration);
    await shutDown(parts, session);
    assert.deepEqual(requested, disconnects ? [{ id: 'own', command: 'disconnect', args: { terminateDebuggee: true } }] : []);
    assert.deepEqual(stopped, disconnects ? [] : ['own']);
    assert.equal(session.isLeft, false);
  });
}

const LEFT: [name: string, configuration: object, isTaken: boolean][] = [
  ['of this machine', {}, true],
  ['of a port', { debugServer: 5678 }, false],
];
for (const [name, configuration, isTaken] of LEFT) {
  test(`a kernel that is left goes on in a session of this machine, if it is there: ${name}`, async () => {
    const { parts, session, tracker } = begun({ request: 'launch', ...configuration });
    const lost: string[] = [];
    const told = new Promise<void>((done) => {
      registerKernelOwnership(parts, () => undefined, (it) => {
        lost.push(it);
        done();
      });
    });
    tracker.onWillReceiveMessage({ type: 'request', seq: 9, command: 'disconnect', arguments: { terminateDebuggee: false } });
    assert.equal(session.isLeft, true);
    tracker.onExit();
    await told;
    assert.deepEqual(lost, [PROGRAM]);
    assert.deepEqual(started.map((it) => (it as { kernelId?: string }).kernelId), isTaken ? ['7'] : []);
  });
}

test('a kernel of a server that the user has started is not taken over', async () => {
  const { parts, session } = begun({ request: 'launch', noDebug: true, debugServer: 5678 });
  await assert.rejects(takeOver(parts, session, { uri: session.debug.configuration['uri'] as never }), /server that you have started/);
  assert.deepEqual(requested, []);
});
