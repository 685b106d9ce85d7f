// The extension's entry: it makes what the parts share, and registers each of them.
import * as vscode from 'vscode';
import { registerController } from './controller';
import type { Parts, Register } from './parts';
import { Sessions } from './sessions';

const PARTS: Register[] = [registerController];

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('dap-kernel', { log: true });
  const sessions = new Sessions();
  const parts: Parts = { context, sessions, log };
  context.subscriptions.push(log, sessions, ...PARTS.map((register) => register(parts)));
}
