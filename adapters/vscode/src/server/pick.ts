// The command that picks an interpreter: those of the folder and of the path, the Python extension's, any.
import { access, constants } from 'node:fs/promises';
import * as vscode from 'vscode';
import { environmentPaths, onPath } from './environments';

interface Item extends vscode.QuickPickItem {
  path?: string;
  act?: () => Thenable<string | undefined>;
}

/** Return whether one was picked. */
export async function pickInterpreter(): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const paths = [...(folder === undefined ? [] : environmentPaths(folder)), ...onPath(process.env.PATH ?? '')];
  const found = await Promise.all(paths.map(async (it) => ((await canRun(it)) ? it : undefined)));
  const items: Item[] = [...new Set(found.filter((it) => it !== undefined))].map((path) => ({ label: path, path }));
  if (vscode.extensions.getExtension('ms-python.python') !== undefined) {
    items.push({ label: '$(extensions) Select in the Python extension...', act: selectInPython });
  }
  items.push({ label: '$(folder-opened) Browse...', act: browse });
  const picked = await vscode.window.showQuickPick(items, { title: 'The Python that runs and debugs notebooks' });
  const path = picked?.path ?? (await picked?.act?.());
  if (path !== undefined) await keep(path);
  return path !== undefined;
}

async function keep(path: string): Promise<void> {
  const hasFolder = vscode.workspace.workspaceFolders !== undefined;
  const target = hasFolder ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('dap-kernel').update('interpreter', path === '' ? undefined : path, target);
}

/** Its selection counts when our own setting is empty. */
async function selectInPython(): Promise<string> {
  await vscode.commands.executeCommand('python.setInterpreter');
  return '';
}

async function browse(): Promise<string | undefined> {
  const [picked] = (await vscode.window.showOpenDialog({ title: 'An interpreter', openLabel: 'Use' })) ?? [];
  return picked?.fsPath;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}
