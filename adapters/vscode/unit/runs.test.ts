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

test('what ends before the cells of a renamed notebook are there ends in its cell', () => {
  const heard = new Map<string, (body: object) => void>();
  const on = (event: string, listener: (body: object) => void): object => {
    heard.set(event, listener);
    return { dispose: () => undefined };
  };
  const session = { on, uriOf: () => 'new#1', indexOf: () => 0, isOf: () => true, debug: { configuration: {} } } as unknown as NotebookSession;
  const done: string[] = [];
  const createNotebookCellExecution = (cell: vscode.NotebookCell): object => {
    const uri = cell.document.uri.toString();
    return {
      cell, start: () => undefined, clearOutput: () => undefined,
      replaceOutput: (outputs: { items: vscode.NotebookCellOutputItem[] }[]) => done.push(`${uri} shows ${outputs.map(({ items }) => String(items[0]?.data)).join()}`),
      appendOutput: () => undefined, end: (success?: boolean) => done.push(`${uri} ends ${String(success)}`),
    };
  };
  const runs = new Runs(session, { createNotebookCellExecution } as unknown as vscode.NotebookController, { order: 0 });
  runs.ask([cellOf('old#1')]);
  runs.moved(['old#1']);
  heard.get('notebookCell')?.({ cell: { id: 'a', state: 'running' } });
  heard.get('output')?.({ category: 'stdout', output: 'sum 42', data: { cellId: 'a' } });
  heard.get('notebookCell')?.({ cell: { id: 'a', state: 'done', durationS: 1 } });
  assert.deepEqual(done, [], 'its cell is not there');
  assert.equal(runs.carry(['old#1'], notebookOf('new#1')), true);
  assert.deepEqual(done, ['new#1 shows sum 42', 'new#1 ends true']);
  assert.ok(!runs.isOpen(cellOf('new#1')));
});
