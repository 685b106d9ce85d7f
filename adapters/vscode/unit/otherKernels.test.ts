import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import { OtherKernels } from '../src/debug/otherKernels';
import { answers, asked, commands, Uri, window, workspace } from './vscode';

const notebook = { uri: Uri.file('/nb.ipynb'), notebookType: 'jupyter-notebook' };
const config = { type: 'dap-kernel', request: 'launch', program: '/nb.ipynb' };

beforeEach(() => {
  asked.length = answers.length = 0;
  workspace.notebookDocuments = [notebook];
  window.activeNotebookEditor = { notebook };
});

const MEANWHILE: [name: string, isOurs: boolean, questions: number][] = [
  ['ours is selected while VS Code is asked whether there is one: F5 and Run were pressed at once', true, 0],
  ['another one is selected', false, 1],
];
for (const [name, isOurs, questions] of MEANWHILE) {
  test(`F5 asks beside another kernel alone: ${name}`, async () => {
    const kernels = new OtherKernels({ get: () => [], update: () => Promise.resolve() } as unknown as vscode.Memento);
    const command = commands.registerCommand('notebook.selectKernel', () => {
      if (isOurs) kernels.select(notebook.uri as unknown as vscode.Uri, true);
      return true;
    });
    assert.equal(await kernels.mayStart(config), isOurs);
    assert.equal(asked.length, questions);
    command.dispose();
    kernels.dispose();
  });
}
