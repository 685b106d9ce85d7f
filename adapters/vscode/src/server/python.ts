// The Python extension: which interpreter it has selected.
import * as vscode from 'vscode';

/** The part of the Python extension's API that is used; https://www.npmjs.com/package/@vscode/python-extension */
interface PythonExtension {
  environments?: {
    readonly known?: readonly { executable: { uri?: vscode.Uri } }[];
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

/** The interpreter that the Python extension has selected for `resource`, if there is one. */
export async function selected(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  if (extension === undefined) return undefined;
  try {
    const { environments } = await extension.activate();
    if (environments === undefined) return undefined;
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
    return environment?.executable.uri?.fsPath;
  } catch {
    return undefined; // it has its own way to say what is wrong with it
  }
}

/** The interpreters of all environments that the Python extension has found. */
export async function known(): Promise<string[]> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  try {
    const { environments } = (await extension?.activate()) ?? {};
    return (environments?.known ?? []).map((it) => it.executable.uri?.fsPath).filter((it) => it !== undefined);
  } catch {
    return []; // it has its own way to say what is wrong with it
  }
}
