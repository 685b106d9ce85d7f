import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type * as vscode from 'vscode';
import type { Parts } from '../src/parts';
import { Sessions } from '../src/sessions';
import type { FromPage, ToPage } from '../src/tables/messages';
import type { TableArguments, TablePage } from '../src/tables/tableProtocol';
import { UNORDERED, Viewer, type Restored } from '../src/tables/viewer';
import { debugged, EventEmitter, responses, Uri } from './vscode';

const answer = (command: string): object => ({ type: 'response', command, success: true, request_seq: 1 });
const kernel = (state: string): object => ({ type: 'event', event: 'notebookKernel', body: { state } });

/** A panel whose page can be told nothing once it is closed, as VS Code's. */
class Panel {
  readonly told: ToPage[] = [];
  readonly fromPage = new EventEmitter<FromPage>();
  readonly closed = new EventEmitter<undefined>();
  readonly onDidDispose = this.closed.event;
  private isClosed = false;

  get webview(): object {
    if (this.isClosed) throw new Error('Webview is disposed');
    return { onDidReceiveMessage: this.fromPage.event, postMessage: (it: ToPage) => Promise.resolve(this.told.push(it)) };
  }

  get status(): string {
    return this.told.filter((it) => it.kind === 'status').at(-1)?.text ?? '';
  }

  /** The first cell of the rows that are shown. */
  get cell(): string | undefined {
    return this.told.filter((it) => it.kind === 'table').at(-1)?.first[0]?.cells[1];
  }

  dispose(): void {
    this.isClosed = true;
    this.closed.fire(undefined);
  }
}

/** What the kernel knows of tables: each evaluation has another value, of which it counts. */
class Kernel {
  evaluated = 0;
  readonly asked: TableArguments[] = [];
  private kept = new Map<number, string>();

  constructor(private readonly isPath = false) {
    responses.set('notebookTable', (it) => this.answer(it as TableArguments));
  }

  /** Code runs: nothing is kept. */
  run(): void {
    this.kept.clear();
  }

  private answer(asked: TableArguments): Promise<TablePage> {
    this.asked.push(asked);
    const { expression, lookUp, tableReference = 0 } = asked;
    if (expression !== undefined) {
      if (lookUp === true && !this.isPath) return Promise.reject(new Error('only when you ask'));
      this.kept.set(++this.evaluated, `value ${this.evaluated}`);
      return Promise.resolve(this.page(this.evaluated));
    }
    return this.kept.has(tableReference) ? Promise.resolve(this.page(tableReference)) : Promise.reject(new Error('notStopped'));
  }

  private page(reference: number): TablePage {
    const columns = [{ name: 'n', type: 'int', kind: 'number' as const }];
    const cells = [[this.kept.get(reference) ?? '']];
    return { kind: 'list', type: 'list', totalRows: 1, rows: 1, totalColumns: 1, columns, index: ['0'], cells, tableReference: reference, isPath: this.isPath };
  }
}

const settled = (): Promise<void> => new Promise(setImmediate);

interface Opened {
  viewer: Viewer;
  panel: Panel;
  tell: (message: object) => void;
}

function open(t: TestContext, restored?: Restored): Opened {
  const sessions = new Sessions();
  const tracker = debugged('own', { type: 'dap-kernel', program: '/a.ipynb' });
  for (const it of [answer('initialize'), answer('launch'), kernel('idle')]) tracker.onDidSendMessage(it);
  const panel = new Panel();
  const viewer = new Viewer(
    { sessions } as Parts, { uri: Uri.file('/a.ipynb') as unknown as vscode.Uri, expression: 'rows()' }, panel as unknown as vscode.WebviewPanel, restored,
  );
  t.after(() => {
    tracker.onExit();
    sessions.dispose();
  });
  return { viewer, panel, tell: (message) => tracker.onDidSendMessage(message) };
}

const ANSWERS: [name: string, answer: () => Promise<object>][] = [
  ['with a page', () => Promise.resolve({ columns: [], rows: 0, totalColumns: 0, index: [], cells: [] })],
  ['with a reason why not', () => Promise.reject(new Error('no such name'))],
];
for (const [name, given] of ANSWERS) {
  test(`a table whose tab was closed is told nothing: the kernel answers ${name}`, async (t) => {
    const { viewer, panel } = open(t);
    let go: () => void = () => undefined;
    let asked = 0;
    responses.set('notebookTable', () => {
      asked += 1;
      return new Promise<void>((done) => (go = done)).then(given);
    });
    panel.fromPage.fire({ kind: 'ready' });
    await settled();
    assert.equal(asked, 1);
    panel.dispose();
    go();
    await settled(); // a rejection that nobody takes would fail the test
    await viewer.refresh();
    assert.equal(asked, 1, 'nothing more is asked for');
    assert.deepEqual(panel.told, []);
  });
}

test('an expression is evaluated once for its pages, orders and refreshes, and again by Refresh', async (t) => {
  const own = new Kernel();
  const { viewer, panel } = open(t);
  panel.fromPage.fire({ kind: 'ready' });
  await settled();
  assert.match(panel.status, /evaluated once: Refresh evaluates it again$/);
  panel.fromPage.fire({ kind: 'order', order: { ...UNORDERED, sort: [{ position: 0 }] } });
  await settled();
  panel.fromPage.fire({ kind: 'rows', version: 2, start: 0, count: 1 });
  await viewer.refresh(); // something was set in the console
  assert.equal(panel.cell, 'value 1');
  assert.equal(panel.told.some((it) => it.kind === 'status' && it.isOld), false);
  own.run();
  await viewer.refresh();
  assert.equal(panel.status, 'rows() is evaluated only when you press Refresh, for it is more than a name. These are the rows from before.');
  panel.fromPage.fire({ kind: 'order', order: UNORDERED });
  await settled();
  assert.match(panel.status, /These are|only when you press Refresh/);
  assert.deepEqual([own.evaluated, panel.cell], [1, 'value 1']);
  panel.fromPage.fire({ kind: 'refresh' });
  await settled();
  assert.deepEqual([own.evaluated, panel.cell], [2, 'value 2']);
  panel.fromPage.fire({ kind: 'refresh' });
  await settled();
  assert.equal(own.asked.filter((it) => it.expression !== undefined).at(-1)?.tableReference, 2, 'what was kept is let go');
});

test('what the kernel tells while an expression is evaluated costs no second evaluation', async (t) => {
  const own = new Kernel();
  const { viewer, panel } = open(t);
  panel.fromPage.fire({ kind: 'ready' });
  await Promise.all([viewer.refresh(), viewer.refresh()]);
  assert.deepEqual([own.evaluated, panel.cell], [1, 'value 1']);
});

test('a name is looked up anew by itself', async (t) => {
  const own = new Kernel(true);
  const { viewer, panel } = open(t);
  panel.fromPage.fire({ kind: 'ready' });
  await settled();
  own.run();
  await viewer.refresh();
  assert.equal(panel.cell, 'value 2');
  assert.doesNotMatch(panel.status, /Refresh/);
  own.run();
  panel.fromPage.fire({ kind: 'rows', version: 2, start: 0, count: 1 });
  await settled();
  assert.equal(panel.cell, 'value 3');
});

test('a window that is loaded anew evaluates nothing but names', async (t) => {
  for (const isPath of [true, false]) {
    const own = new Kernel(isPath);
    const { panel } = open(t, { order: UNORDERED, isPath: undefined });
    panel.fromPage.fire({ kind: 'ready' });
    await settled();
    assert.deepEqual([own.evaluated, own.asked[0]?.lookUp], [isPath ? 1 : 0, true]);
  }
  const own = new Kernel();
  const { panel } = open(t, { order: UNORDERED, isPath: false });
  panel.fromPage.fire({ kind: 'ready' });
  await settled();
  assert.deepEqual([own.asked, panel.status], [[], 'rows() is evaluated only when you press Refresh, for it is more than a name.']);
});

test('what was asked for while the kernel ran is evaluated when it is done, once', async (t) => {
  const { viewer, panel, tell } = open(t);
  tell(kernel('busy'));
  responses.set('notebookTable', () => Promise.reject(new Error('a cell is running')));
  panel.fromPage.fire({ kind: 'ready' });
  await settled();
  assert.equal(panel.status, 'The kernel is busy: rows() is shown when it is done.');
  const own = new Kernel();
  tell(kernel('idle'));
  await viewer.refresh();
  await viewer.refresh();
  assert.deepEqual([own.evaluated, panel.cell], [1, 'value 1']);
});

test('an expression that raises is not evaluated again by itself', async (t) => {
  const { viewer, panel } = open(t);
  let evaluated = 0;
  responses.set('notebookTable', (it) => {
    evaluated += (it as TableArguments).lookUp === true ? 0 : 1;
    return Promise.reject(new Error('StopIteration'));
  });
  panel.fromPage.fire({ kind: 'ready' });
  await settled();
  await viewer.refresh();
  await viewer.refresh();
  assert.equal(evaluated, 1);
});
