// A module that the kernel's Python does not have: said where a cell was run, with a way to another Python.
import * as vscode from 'vscode';
import type { Parts } from '../parts';

const PICK = 'Pick Another Interpreter';

export function registerMissing({ sessions }: Parts): vscode.Disposable {
  return sessions.onDidInitialize((session) => {
    const told = new Set<string>(); // modules
    session.on('notebookKernel', ({ state }) => {
      if (state === 'starting') told.clear(); // it may be another Python
    });
    session.on('output', ({ output, data }) => {
      const module = data?.missingModule;
      if (module === undefined || told.has(module)) return;
      told.add(module);
      void say(output.trim());
    });
  });
}

async function say(text: string): Promise<void> {
  if ((await vscode.window.showWarningMessage(text, PICK)) === PICK) await vscode.commands.executeCommand('dap-kernel.pickInterpreter');
}
