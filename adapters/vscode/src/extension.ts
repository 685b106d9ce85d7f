// The extension's entry: it makes what the parts share, and registers each of them.
import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { registerController } from './controller';
import { registerMissing } from './controller/missing';
import { OtherKernels } from './debug/otherKernels';
import { registerDebugger } from './debug/provider';
import { registerFiles } from './files';
import { registerCompanion } from './lsp/client';
import type { Parts, Register } from './parts';
import { Servers } from './server/interpreter';
import { Sessions } from './sessions';
import { registerSync } from './sync';
import { registerTables } from './tables';
import { registerLiveLine } from './views/liveLine';
import { registerPlots } from './views/plots';
import { registerStale } from './views/stale';
import { registerStatus } from './views/status';

const PARTS: Register[] = [
  registerSync, // first: it tells the server of the cells before others ask about them
  registerDebugger, registerController, registerMissing, registerCommands, registerFiles, registerCompanion,
  registerLiveLine, registerStale, registerStatus, registerPlots, registerTables,
];

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('dap-kernel', { log: true });
  const sessions = new Sessions();
  const otherKernels = new OtherKernels(context.workspaceState);
  const servers = new Servers(log, context);
  const parts: Parts = { context, sessions, otherKernels, servers: servers, log };
  context.subscriptions.push(log, sessions, otherKernels, ...PARTS.map((register) => register(parts)));
}
