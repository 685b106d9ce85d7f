// The status bar: the kernel's state of the notebook in front of the user; a click offers what can be done.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { nameOf } from '../debug/configuration';
import { statusText, tooltipText } from './states';

export function registerStatus({ sessions }: Parts): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dap-kernel.kernel', vscode.StatusBarAlignment.Left, 10);
  item.name = 'dap-kernel';
  item.command = 'dap-kernel.menu';
  const draw = (): void => {
    const session = sessions.current;
    if (session === undefined) {
      item.hide();
      return;
    }
    item.text = statusText(nameOf(session.program), session.kernel, session.cells.values());
    item.tooltip = tooltipText(session.python, session.reason);
    item.show();
  };
  return vscode.Disposable.from(
    item, sessions.onDidChange(draw), vscode.window.onDidChangeActiveTextEditor(draw),
    vscode.window.onDidChangeActiveNotebookEditor(draw), vscode.debug.onDidChangeActiveDebugSession(draw),
  );
}
