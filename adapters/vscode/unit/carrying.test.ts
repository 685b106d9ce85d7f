import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { Carrying } from '../src/controller/carrying';
import type { NotebookSession } from '../src/session';
import { Uri, window, workspace } from './vscode';

const notebook = { uri: Uri.file('/new.ipynb') };
const session = { isOf: () => true, debug: { configuration: { __begun: true } } } as unknown as NotebookSession;

test('our kernel is selected once for a notebook of another name: the user may choose another one', () => {
  const seen: { selected: number; canCarry: boolean; carried: number } = { selected: 0, canCarry: false, carried: 0 };
  const select = (it: vscode.NotebookDocument): void => {
    assert.equal(it, notebook);
    seen.selected += 1;
  };
  const carry = (): boolean => {
    seen.carried += 1;
    return seen.canCarry;
  };
  workspace.notebookDocuments = [notebook];
  window.visibleNotebookEditors = [];
  const carrying = new Carrying(carry, select);
  carrying.add(session, ['a']);
  assert.equal(seen.selected, 0, 'it is shown nowhere yet');
  window.visibleNotebookEditors = [{ notebook }];
  carrying.tryAll();
  carrying.tryAll(); // the user has chosen another kernel meanwhile
  assert.equal(seen.selected, 1);
  seen.canCarry = true;
  carrying.tryAll();
  const { carried } = seen;
  carrying.tryAll();
  assert.deepEqual([seen.selected, seen.carried], [1, carried], 'all is carried');
});

test('what runs is carried into the cells that stay: VS Code opens the file, and puts in later what was not saved', async () => {
  let carried = 0;
  const carrying = new Carrying(() => (carried += 1) > 0, () => undefined);
  let fill: () => void = () => undefined;
  workspace.notebookDocuments = [notebook];
  window.visibleNotebookEditors = [{ notebook }];
  carrying.add(session, ['a'], new Promise((done) => (fill = done)));
  carrying.tryAll();
  assert.equal(carried, 0);
  fill();
  await new Promise(setImmediate);
  assert.equal(carried, 1);
});
