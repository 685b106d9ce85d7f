// What the user has chosen, and the machine that the extension runs on: the settings, the Python extension, the workspace.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Chosen } from './discovery';
import type { Machine } from './environments';
import { substituted, type Around } from './portable';
import { selected } from './python';

/** The interpreters that are chosen for `resource`. */
export async function chosenFor(resource: vscode.Uri | undefined): Promise<Chosen> {
  const setting = vscode.workspace.getConfiguration('dap-kernel', resource).get<string>('interpreter', '').trim();
  return { setting: setting === '' ? undefined : substituted(setting, around(resource)), selected: await selected(resource) };
}

/** What paths in the settings of `resource` count from. */
export function around(resource: vscode.Uri | undefined): Around {
  return { home: homedir(), folder: folderFor(resource)?.uri.fsPath, env: process.env };
}

/** The workspace's folder of `resource`, or else the first. */
export function folderFor(resource: vscode.Uri | undefined): vscode.WorkspaceFolder | undefined {
  return (resource && vscode.workspace.getWorkspaceFolder(resource)) ?? vscode.workspace.workspaceFolders?.[0];
}

export function thisMachine(): Machine {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((it) => it.uri.fsPath);
  return { home: homedir(), env: process.env, folders };
}
