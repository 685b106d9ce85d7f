import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { Runs } from '../src/controller/runs';
import type { NotebookSession } from '../src/session';

/** A cell of a notebook, by its URI. */
function cellOf(uri: string): vscode.NotebookCell {
  return { document: { uri: { toString: () => uri } } } as vscode.NotebookCell;
}

function notebookOf(...uris: string[]): vscode.NotebookDocument {
  return { getCells: () => uris.map(cellOf) } as unknown as vscode.NotebookDocument;
}

test('what waits to run is shown in the cells of a renamed notebook once VS Code has filled that', () => {
  const shown: string[] = [];
  const session = { on: () => ({ dispose: () => undefined }), keepsKernel: true, debug: { configuration: {} } } as unknown as NotebookSession;
  const createNotebookCellExecution = ({ document }: vscode.NotebookCell): object => {
    shown.push(document.uri.toString());
    return { start: () => undefined, end: () => undefined };
  };
  const runs = new Runs(session, { createNotebookCellExecution } as unknown as vscode.NotebookController, { order: 0 });
  const former = ['old#1', 'old#2'];
  runs.ask([cellOf('old#2')]);
  assert.equal(runs.carry(former, notebookOf()), false);
  assert.equal(runs.carry(former, notebookOf('new#1')), false);
  assert.equal(runs.carry(former, notebookOf('new#1', 'new#2')), true);
  assert.ok(runs.isOpen(cellOf('new#2')));
  assert.equal(runs.carry(former, notebookOf('new#1', 'new#2')), true);
  assert.deepEqual(shown, ['old#2', 'new#2']);
});
