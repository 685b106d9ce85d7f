// What the parts of the extension share.
import type * as vscode from 'vscode';
import type { OtherKernels } from './debug/otherKernels';
import type { Servers } from './server/interpreter';
import type { Sessions } from './sessions';

export interface Parts {
  context: vscode.ExtensionContext;
  sessions: Sessions;
  servers: Servers;
  otherKernels: OtherKernels;
  log: vscode.LogOutputChannel;
}

/** A part registers what it adds to VS Code; everything it returns is disposed at the end. */
export type Register = (parts: Parts) => vscode.Disposable;
