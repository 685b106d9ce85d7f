// What the parts of the extension share.
import type * as vscode from 'vscode';
import type { Sessions } from './sessions';

export interface Parts {
  context: vscode.ExtensionContext;
  sessions: Sessions;
  log: vscode.LogOutputChannel;
}

/** A part registers what it adds to VS Code; everything it returns is disposed at the end. */
export type Register = (parts: Parts) => vscode.Disposable;
