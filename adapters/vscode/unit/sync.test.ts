import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parts } from '../src/parts';
import { Sessions } from '../src/sessions';
import { registerSync } from '../src/sync';
import { asked, debugged, requested, responses, textClosed, Uri, workspace } from './vscode';

test('a new name that the server refuses is told, with what is to be done', async () => {
  workspace.notebookDocuments = [];
  workspace.textDocuments = [];
  const sessions = new Sessions();
  const sync = registerSync({ sessions, log: { warn: () => undefined, error: () => undefined } } as unknown as Parts);
  const tracker = debugged('moved', { type: 'dap-kernel', program: '/old.py' });
  for (const command of ['initialize', 'launch']) tracker.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
  responses.set('notebookMove', () => Promise.reject(new Error('a module is debugged')));
  asked.length = 0;
  const [session] = sessions.all;
  assert.ok(session);
  sessions.move(session, '/new.py');
  for (let turns = 0; turns < 20 && asked.length === 0; turns += 1) await new Promise(setImmediate);
  assert.match(asked[0]?.text ?? '', /^The debugger could not follow new\.py to its new name: a module is debugged\. Give it its old name again/);
  responses.delete('notebookMove');
  sync.dispose();
  sessions.dispose();
});

const CLOSED: [name: string, program: string][] = [['renamed at once', '/new.py'], ['closed for good', '/old.py']];
for (const [name, program] of CLOSED) {
  test(`what a document held stays with the server until it is known what becomes of it: ${name}`, async (context) => {
    const text = { uri: Uri.file('/old.py'), languageId: 'python', isDirty: true, getText: () => '# %%\nkept = 41\n' };
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    };
    const synced = (): unknown[] => requested.filter(({ id, command }) => id === name && command === 'notebookSync').map(({ args }) => args);
    context.mock.timers.enable({ apis: ['setTimeout'] });
    workspace.notebookDocuments = [];
    workspace.textDocuments = [text];
    const sessions = new Sessions();
    const sync = registerSync({ sessions, log: { warn: () => undefined, error: () => undefined } } as unknown as Parts);
    const tracker = debugged(name, { type: 'dap-kernel', program: '/old.py' });
    for (const command of ['initialize', 'launch']) tracker.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
    await turns();
    const before = synced().length;
    workspace.textDocuments = [];
    textClosed.fire(text);
    await turns();
    assert.equal(synced().length, before);
    const [session] = sessions.all;
    assert.ok(session);
    if (program === '/new.py') {
      workspace.textDocuments = [{ ...text, uri: Uri.file(program) }];
      sessions.move(session, program);
    }
    context.mock.timers.tick(2000);
    await turns();
    assert.deepEqual(synced().at(-1), program === '/new.py' ? { path: program, text: text.getText() } : { path: program });
    sync.dispose();
    sessions.dispose();
  });
}
