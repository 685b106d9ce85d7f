// The Python extension: which interpreter it has selected.
import * as vscode from 'vscode';

const ID = 'ms-python.python';

/** The part of the Python extension's API that is used; https://www.npmjs.com/package/@vscode/python-extension */
interface Environments {
  readonly known?: readonly { executable: { uri?: vscode.Uri } }[];
  readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
  resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
}

/** The interpreter that the Python extension has selected for `resource`, if there is one. */
export async function selected(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const all = await environments();
  if (all === undefined) return undefined;
  try {
    return (await all.resolveEnvironment(all.getActiveEnvironmentPath(resource)))?.executable.uri?.fsPath;
  } catch {
    return undefined; // it has its own way to say what is wrong with it
  }
}

/** The interpreters of all environments that the Python extension has found. */
export async function known(): Promise<string[]> {
  return ((await environments())?.known ?? []).map((it) => it.executable.uri?.fsPath).filter((it) => it !== undefined);
}

/** Call `listener` when the Python extension has selected another interpreter, also one that is installed later. */
export function onDidSelect(listener: () => void): vscode.Disposable {
  let listening: vscode.Disposable | undefined;
  let isDisposed = false;
  const listen = async (): Promise<void> => {
    const all = await environments();
    listening?.dispose();
    listening = isDisposed ? undefined : all?.onDidChangeActiveEnvironmentPath?.(listener);
    listener();
  };
  const changed = vscode.extensions.onDidChange(() => void listen());
  void listen();
  return vscode.Disposable.from(changed, { dispose: () => {
    isDisposed = true;
    listening?.dispose();
  } });
}

async function environments(): Promise<Environments | undefined> {
  try {
    return (await vscode.extensions.getExtension<{ environments?: Environments }>(ID)?.activate())?.environments;
  } catch {
    return undefined; // it has its own way to say what is wrong with it
  }
}
