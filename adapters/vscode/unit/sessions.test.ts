import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sessions } from '../src/sessions';
import { debugged, Uri, workspace } from './vscode';

const PROGRAM = '/work/a.py';
const answer = (command: string, body: object = {}): object => ({ type: 'response', command, success: true, request_seq: 1, body });

/** The sessions where one of PROGRAM is; its server has recognised `format`, if it has told. */
function sessionsOf(format: string | undefined): Sessions {
  const sessions = new Sessions();
  const tracker = debugged('own', { type: 'dap-kernel', request: 'launch', program: PROGRAM, __quiet: true });
  for (const it of ['initialize', 'launch']) tracker.onDidSendMessage(answer(it));
  if (format !== undefined) tracker.onDidSendMessage(answer('notebookCells', { cells: [], kernel: 'idle', format }));
  return sessions;
}

const text = (source: string): object => ({ uri: Uri.file(PROGRAM), languageId: 'python', getText: () => source });
const KNOWN: [format: string | undefined, source: string, isOfNotebook: boolean][] = [
  [undefined, '# %%\n1\n', true],
  [undefined, '1\n', false],
  ['script', '# %%\n1\n', false],
  ['percent', '1\n', true],
  ['marimo', '1\n', true],
];
for (const [format, source, isOfNotebook] of KNOWN) {
  test(`what is a notebook is known by its session, else by its text: ${format ?? 'not told'}, ${JSON.stringify(source)}`, () => {
    workspace.notebookDocuments = [];
    workspace.textDocuments = [text(source)] as typeof workspace.textDocuments;
    assert.equal(sessionsOf(format).isOfNotebook(PROGRAM), isOfNotebook);
  });
}

const SHOWN: [format: string, isOpen: boolean, hasCells: boolean][] = [
  ['jupyter', true, true],
  ['jupyter', false, true], // its notebook is closed, and its kernel kept: no terminal opens for what it prints
  ['percent', false, false],
  ['percent', true, true], // by another extension, which shows a Python file as a notebook
];
for (const [format, isOpen, hasCells] of SHOWN) {
  test(`where what is printed is shown: ${format}, ${isOpen ? 'open' : 'not open'} as a notebook`, () => {
    workspace.notebookDocuments = isOpen ? [{ uri: Uri.file(PROGRAM) }] : [];
    assert.equal(sessionsOf(format).all[0]?.hasCells, hasCells);
  });
}

test('something has run where only the console has made variables, until the kernel ends', () => {
  const sessions = sessionsOf('percent');
  const [session] = sessions.all;
  assert.ok(session);
  const state = (it: string): void => session.told({ type: 'event', seq: 1, event: 'notebookKernel', body: { state: it } });
  const evaluate = (expression: string, context: string, success = true): boolean => {
    session.asked({ type: 'request', seq: 7, command: 'evaluate', arguments: { expression, context } });
    session.told({ type: 'response', seq: 8, request_seq: 7, command: 'evaluate', success });
    return session.hasRun;
  };
  state('idle');
  assert.equal(evaluate('z', 'watch'), false);
  assert.equal(evaluate(':where', 'repl'), false);
  assert.equal(evaluate('z = 41; 1 / 0', 'repl', false), true, 'also where it has failed half way');
  state('dead');
  assert.equal(session.hasRun, false);
  sessions.dispose();
});
