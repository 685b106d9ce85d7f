// The commands of the palette, the menus and the status bar.
import * as vscode from 'vscode';
import { fromShown } from './debug/configuration';
import { folderOf, programOfUri, shown } from './debug/program';
import type { Parts } from './parts';
import { pickInterpreter } from './server/pick';
import type { NotebookSession } from './session';
import { synced } from './sync';

type Action = (session: NotebookSession) => Thenable<unknown>;

export function registerCommands(parts: Parts): vscode.Disposable {
  const { registerCommand } = vscode.commands;
  const ofSession = (name: string, action: Action): vscode.Disposable =>
    registerCommand(`dap-kernel.${name}`, () => act(parts, action));
  return vscode.Disposable.from(
    ofSession('runStaleCells', runStale),
    ofSession('restartKernel', restart),
    ofSession('interruptKernel', interrupt),
    registerCommand('dap-kernel.debugFile', () => debugShown(false)),
    registerCommand('dap-kernel.runFile', () => debugShown(true)),
    registerCommand('dap-kernel.pickInterpreter', () => pickInterpreter()),
    registerCommand('dap-kernel.showLog', () => parts.log.show()),
    registerCommand('dap-kernel.menu', menu),
  );
}

async function runStale(session: NotebookSession): Promise<void> {
  await synced(session);
  await session.request('notebookRun', { run: 'stale' });
}

function restart({ debug }: NotebookSession): Thenable<unknown> {
  return debug.customRequest('restart', { arguments: debug.configuration });
}

function interrupt(session: NotebookSession): Thenable<unknown> {
  return session.request('notebookInterrupt', {});
}

async function act(parts: Parts, action: Action): Promise<void> {
  const session = parts.sessions.current;
  if (session === undefined) {
    void vscode.window.showInformationMessage('No notebook is being debugged. Press F5 in one to begin.');
    return;
  }
  try {
    await action(session);
  } catch (error) {
    void vscode.window.showErrorMessage(`dap-kernel: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function debugShown(noDebug: boolean): Promise<void> {
  const it = shown();
  const config = fromShown({}, it && { program: programOfUri(it.uri), kind: it.kind });
  if (it === undefined || config === undefined) {
    void vscode.window.showInformationMessage('Open a notebook or a Python file to debug.');
    return;
  }
  const folder = folderOf(it.uri);
  const options = { noDebug, suppressSaveBeforeStart: it.uri.scheme === 'untitled' };
  await vscode.debug.startDebugging(folder, config as vscode.DebugConfiguration, options);
}

async function menu(): Promise<void> {
  const actions = [
    { label: '$(run-all) Run stale cells', command: 'dap-kernel.runStaleCells' },
    { label: '$(debug-restart) Restart the kernel', command: 'dap-kernel.restartKernel' },
    { label: '$(debug-stop) Interrupt', command: 'dap-kernel.interruptKernel' },
    { label: '$(symbol-misc) Pick an interpreter', command: 'dap-kernel.pickInterpreter' },
    { label: '$(output) Show the log', command: 'dap-kernel.showLog' },
  ];
  const picked = await vscode.window.showQuickPick(actions, { title: 'dap-kernel' });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
