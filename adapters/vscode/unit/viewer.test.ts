import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import type { Parts } from '../src/parts';
import { Sessions } from '../src/sessions';
import type { FromPage } from '../src/tables/messages';
import { Viewer } from '../src/tables/viewer';
import { debugged, EventEmitter, requested, responses, Uri } from './vscode';

const answer = (command: string): object => ({ type: 'response', command, success: true, request_seq: 1 });

/** A panel whose page can be told nothing once it is closed, as VS Code's. */
class Panel {
  readonly told: object[] = [];
  readonly fromPage = new EventEmitter<FromPage>();
  readonly closed = new EventEmitter<undefined>();
  readonly onDidDispose = this.closed.event;
  private isClosed = false;

  get webview(): object {
    if (this.isClosed) throw new Error('Webview is disposed');
    return { onDidReceiveMessage: this.fromPage.event, postMessage: (it: object) => Promise.resolve(this.told.push(it)) };
  }

  dispose(): void {
    this.isClosed = true;
    this.closed.fire(undefined);
  }
}

const ANSWERS: [name: string, answer: () => Promise<object>][] = [
  ['with a page', () => Promise.resolve({ columns: [], rows: 0, totalColumns: 0, index: [], cells: [] })],
  ['with a reason why not', () => Promise.reject(new Error('no such name'))],
];
for (const [name, given] of ANSWERS) {
  test(`a table whose tab was closed is told nothing: the kernel answers ${name}`, async () => {
    requested.length = 0;
    const sessions = new Sessions();
    const tracker = debugged('own', { type: 'dap-kernel', program: '/a.ipynb' });
    for (const it of ['initialize', 'launch']) tracker.onDidSendMessage(answer(it));
    const panel = new Panel();
    const viewer = new Viewer(
      { sessions } as Parts, { uri: Uri.file('/a.ipynb') as unknown as vscode.Uri, expression: 'df' }, panel as unknown as vscode.WebviewPanel,
    );
    let go: () => void = () => undefined;
    responses.set('notebookTable', () => new Promise<void>((done) => (go = done)).then(given));
    panel.fromPage.fire({ kind: 'ready' });
    assert.equal(requested.length, 1);
    panel.dispose();
    go();
    await new Promise(setImmediate); // a rejection that nobody takes would fail the test
    await viewer.refresh();
    assert.equal(requested.length, 1, 'nothing more is asked for');
    assert.deepEqual(panel.told, []);
    tracker.onExit();
    sessions.dispose();
  });
}
