import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parts } from '../src/parts';
import { Sessions } from '../src/sessions';
import { registerSync } from '../src/sync';
import { asked, debugged, responses, workspace } from './vscode';

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
