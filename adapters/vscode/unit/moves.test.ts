import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { registerMoves } from '../src/controller/moves';
import type { Parts } from '../src/parts';
import { Sessions, type Moved } from '../src/sessions';
import { asked, debugged, didRename, tabsChanged, TabInputNotebook, TabInputText, Uri, willRename, workspace } from './vscode';

type Kind = typeof TabInputNotebook | typeof TabInputText;

const HOUR_MS = 3_600_000;

beforeEach(() => {
  workspace.notebookDocuments = [];
  workspace.textDocuments = [];
});

/** A session of the document `of`, in whose place an editor of `to` comes; return what it is of then. */
async function replaced(of: string, from: Uri, fromKind: Kind, to: Uri, toKind: Kind): Promise<string> {
  const sessions = new Sessions();
  const tracker = debugged(of, { type: 'dap-kernel', program: of });
  for (const command of ['initialize', 'launch']) tracker.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
  const moves = registerMoves({ sessions } as unknown as Parts);
  tabsChanged.fire({ opened: [{ input: new toKind(to) }], closed: [{ input: new fromKind(from) }] });
  await new Promise(setImmediate); // the file was looked at
  moves.dispose();
  const [session] = sessions.all;
  sessions.dispose();
  return session?.program ?? '';
}

const file = (path: string, languageId: string): { uri: Uri; languageId: string; getText(): string } => ({ uri: Uri.file(path), languageId, getText: () => '# %%' });

const SAVED: [name: string, from: string, fromKind: Kind, to: string, toKind: Kind, language: string, takesKernel: boolean][] = [
  ['a notebook is saved', 'Untitled-1.ipynb', TabInputNotebook, '/a.ipynb', TabInputNotebook, '', true],
  ['a text with cells is saved', 'Untitled-1', TabInputText, '/a.py', TabInputText, 'python', true],
  ['a notebook is closed, and what it has written is opened', 'Untitled-1.ipynb', TabInputNotebook, '/out.csv', TabInputText, 'csv', false],
  ['a notebook is closed, and a module is opened', 'Untitled-1.ipynb', TabInputNotebook, '/a.py', TabInputText, 'python', false],
  ['a text is closed, and what it has written is opened', 'Untitled-1', TabInputText, '/out.csv', TabInputText, 'csv', false],
];
for (const [name, from, fromKind, to, toKind, language, takesKernel] of SAVED) {
  test(`what was never saved is saved as a file of its kind alone: ${name}`, async () => {
    if (language !== '') workspace.textDocuments = [file(to, language)];
    const program = await replaced(`untitled:${from}`, Uri.untitled(from), fromKind, Uri.file(to), toKind);
    assert.equal(program, takesKernel ? to : `untitled:${from}`);
  });
}

test('a file that could not be renamed takes its kernel along when it is saved under another name later', async (context) => {
  workspace.textDocuments = [file('/old.py', 'python'), file('/new.py', 'python')];
  const sessions = new Sessions();
  const tracker = debugged('late', { type: 'dap-kernel', program: '/old.py' });
  for (const command of ['initialize', 'launch']) tracker.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
  const moves = registerMoves({ sessions } as unknown as Parts);
  const [old, fresh] = ['/old.py', '/new.py'].map((it) => ({ input: new TabInputText(Uri.file(it)) }));
  assert.ok(old && fresh);
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  willRename.fire({ files: [{ oldUri: Uri.file('/old.py') }] });
  tabsChanged.fire({ opened: [fresh], closed: [old] });
  await new Promise(setImmediate);
  assert.deepEqual(sessions.all.map((it) => it.program), ['/old.py'], 'a rename is under way, which tells itself');
  context.mock.timers.tick(HOUR_MS);
  tabsChanged.fire({ opened: [fresh], closed: [old] });
  await new Promise(setImmediate);
  assert.deepEqual(sessions.all.map((it) => it.program), ['/new.py']);
  moves.dispose();
  sessions.dispose();
});

test('a document that takes the name of one with a kernel leaves its own kernel behind, which is said once', () => {
  const sessions = new Sessions();
  for (const program of ['/old.py', '/new.py']) {
    const tracker = debugged(program, { type: 'dap-kernel', program });
    for (const command of ['initialize', 'launch']) tracker.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
  }
  const moves = registerMoves({ sessions } as unknown as Parts);
  asked.length = 0;
  for (let times = 0; times < 2; times += 1) didRename.fire({ files: [{ oldUri: Uri.file('/old.py'), newUri: Uri.file('/new.py') }] });
  assert.deepEqual(sessions.all.map((it) => it.program), ['/old.py', '/new.py']);
  assert.equal(asked.length, 1);
  assert.match(asked[0]?.text ?? '', /^new\.py has a kernel already, and keeps it\. The kernel of old\.py goes on under its old name/);
  moves.dispose();
  sessions.dispose();
});

const RENAMED: [name: string, isDirty: boolean, waits: boolean][] = [
  ['with changes that are not saved', true, true],
  ['as it was saved', false, false],
];
for (const [name, isDirty, waits] of RENAMED) {
  test(`cells of a notebook that is renamed are waited for: ${name}`, async () => {
    const sessions = new Sessions();
    const tracker = debugged(name, { type: 'dap-kernel', program: '/old.ipynb' });
    for (const command of ['initialize', 'launch']) tracker.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
    const [moved, moves]: [Moved[], { dispose(): void }] = [[], registerMoves({ sessions } as unknown as Parts)];
    sessions.onDidMove((it) => moved.push(it));
    workspace.notebookDocuments = [{ uri: Uri.file('/old.ipynb'), isDirty }];
    willRename.fire({ files: [{ oldUri: Uri.file('/old.ipynb') }] });
    const opened = { uri: Uri.file('/new.ipynb'), isDirty: false };
    workspace.notebookDocuments = [opened];
    didRename.fire({ files: [{ oldUri: Uri.file('/old.ipynb'), newUri: Uri.file('/new.ipynb') }] });
    const filled = moved[0]?.filled;
    assert.equal(filled !== undefined, waits);
    let isOver = false;
    const over = filled?.then(() => (isOver = true));
    await new Promise(setImmediate);
    assert.equal(isOver, false);
    opened.isDirty = true;
    await over;
    moves.dispose();
    sessions.dispose();
  });
}
