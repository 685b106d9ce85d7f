// The command that picks an interpreter: those of the folder and of the path, the Python extension's, any.
import { access, constants } from 'node:fs/promises';
import * as vscode from 'vscode';
import { environmentPaths, onPath } from './environments';
import { selected } from './python';

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

/** Make `path` the setting, where there is one already; "": leave it to the Python extension. */
export async function keep(path: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const settings = vscode.workspace.getConfiguration('dap-kernel', folder);
  const { Global, Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
  const { globalValue, workspaceValue, workspaceFolderValue } = settings.inspect<string>('interpreter') ?? {};
  const has = [[Global, globalValue], [Workspace, workspaceValue], [WorkspaceFolder, workspaceFolderValue]] as const;
  if (path === '') {
    for (const [target, value] of has) if (value !== undefined) await settings.update('interpreter', undefined, target);
    return;
  }
  const narrowest = workspaceFolderValue !== undefined && vscode.workspace.workspaceFile !== undefined ? WorkspaceFolder : Workspace;
  await settings.update('interpreter', path, folder === undefined ? Global : narrowest);
}

/** Its selection counts when our own setting is empty; undefined: it was left as it is. */
async function selectInPython(): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const before = await selected(folder);
  await vscode.commands.executeCommand('python.setInterpreter');
  return (await selected(folder)) === before ? undefined : '';
}

async function browse(): Promise<string | undefined> {
  const [picked] = (await vscode.window.showOpenDialog({ title: 'An interpreter', openLabel: 'Use' })) ?? [];
  return picked?.fsPath;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}
