// The notebook controller: "dap-kernel" as a kernel of VS Code's notebook editor.
import * as vscode from 'vscode';
import type { Parts } from '../parts';

export function registerController(_parts: Parts): vscode.Disposable {
  return new vscode.Disposable(() => undefined);
}
