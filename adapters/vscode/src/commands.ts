// The commands of the palette, the menus and the status bar.
import * as vscode from 'vscode';
import { fromShown, withInterpreter } from './debug/configuration';
import { folderOf, programOfUri, shown } from './debug/program';
import { asError } from './errors';
import type { Parts } from './parts';
import { pickInterpreter } from './server/pick';
import type { NotebookSession } from './session';
import { shutDown } from './shutDown';
import { synced } from './sync';

type Action = (parts: Parts, session: NotebookSession) => Promise<unknown>;

export function registerCommands(parts: Parts): vscode.Disposable {
  const { registerCommand } = vscode.commands;
  const ofSession = (name: string, action: Action): vscode.Disposable =>
    registerCommand(`dap-kernel.${name}`, () => act(parts, action));
  return vscode.Disposable.from(
    ofSession('runStaleCells', runStale),
    ofSession('restartKernel', restart),
    ofSession('interruptKernel', interrupt),
    ofSession('shutDownKernel', shutDown),
    registerCommand('dap-kernel.debugFile', () => debugShown(false)),
    registerCommand('dap-kernel.runFile', () => debugShown(true)),
    registerCommand('dap-kernel.goOn', (it) => goOn(parts, it as unknown)),
    registerCommand('dap-kernel.install', () => parts.servers.install(shown()?.uri)),
    registerCommand('dap-kernel.pickInterpreter', () => pick(parts)),
    registerCommand('dap-kernel.showLog', () => parts.log.show()),
    registerCommand('dap-kernel.menu', menu),
  );
}

async function runStale(_parts: Parts, session: NotebookSession): Promise<void> {
  await synced(session);
  await session.request('notebookRun', { run: 'stale' });
}

/** A fresh kernel, with what is on screen, on the interpreter that is chosen now. */
async function restart({ servers }: Parts, session: NotebookSession): Promise<void> {
  const { configuration } = session.debug;
  const python = await servers.chosen(vscode.Uri.file(session.program));
  await synced(session);
  await session.debug.customRequest('restart', { arguments: withInterpreter(configuration, python) });
}

/** Have VS Code continue or step by its `command`; what was typed a moment before is what runs. */
async function goOn({ sessions }: Parts, command: unknown): Promise<void> {
  const session = sessions.all.find((it) => it.debug.id === vscode.debug.activeDebugSession?.id);
  if (session !== undefined) await synced(session);
  if (typeof command === 'string') await vscode.commands.executeCommand(command);
}

function interrupt(_parts: Parts, session: NotebookSession): Promise<unknown> {
  return session.request('notebookInterrupt', {});
}

/** Pick an interpreter; a kernel that runs stays on its own, which the user is told. */
async function pick(parts: Parts): Promise<void> {
  if (!(await pickInterpreter())) return;
  const session = parts.sessions.current;
  if (session === undefined || session.kernel === 'notStarted' || session.kernel === 'dead') return;
  const isLaunched = session.debug.configuration.request === 'launch';
  const action = isLaunched ? 'Restart Kernel' : 'Shut Down Kernel';
  const answer = await vscode.window.showInformationMessage(
    `The kernel of ${session.debug.name} runs on the Python that it was started with. `
      + `"${action}" ${isLaunched ? 'takes' : 'makes room for one on'} the one that you have picked`
      + `${isLaunched ? ', unless launch.json names another; the Restart of the debug toolbar does not' : ''}.`,
    action,
  );
  if (answer === action) await act(parts, isLaunched ? restart : shutDown);
}

async function act(parts: Parts, action: Action): Promise<void> {
  const session = parts.sessions.current;
  if (session === undefined) {
    void vscode.window.showInformationMessage('No notebook is being debugged. Press F5 in one to begin.');
    return;
  }
  try {
    await action(parts, session);
  } catch (error) {
    void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
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
    { label: '$(debug-pause) Interrupt', command: 'dap-kernel.interruptKernel' },
    { label: '$(debug-stop) Shut down the kernel', command: 'dap-kernel.shutDownKernel' },
    { label: '$(symbol-misc) Pick an interpreter', command: 'dap-kernel.pickInterpreter' },
    { label: '$(output) Show the log', command: 'dap-kernel.showLog' },
  ];
  const picked = await vscode.window.showQuickPick(actions, { title: 'dap-kernel' });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
