// Windows, where the debugger does not run: what is said in its place. With a server elsewhere the extension works there, too.
import * as vscode from 'vscode';

const TEXT = 'The debugger does not run on Windows.';
const DETAIL = 'It runs on Linux, so in WSL, too, in a container, and on another machine over SSH: open your folder there.';

export function isWindows(): boolean {
  return process.platform === 'win32';
}

export function tellOfWindows(): void {
  void vscode.window.showErrorMessage(TEXT, { modal: true, detail: DETAIL });
}
