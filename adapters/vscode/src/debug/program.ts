// Documents of the editor, and the paths by which the server knows them.
import * as vscode from 'vscode';
import { programOf } from './configuration';

export function programOfUri(document: vscode.Uri): string {
  return programOf(document.scheme, document.path, document.fsPath);
}

/** The workspace's folder of a document; for one that was never saved the first. */
export function folderOf(document: vscode.Uri): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.getWorkspaceFolder(document) ?? vscode.workspace.workspaceFolders?.[0];
}

/** The notebook or file in front of the user; `kind` is VS Code's language or its kind of notebook. */
export function shown(): { uri: vscode.Uri; kind: string } | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook !== undefined) return { uri: notebook.uri, kind: notebook.notebookType };
  const document = vscode.window.activeTextEditor?.document;
  return document && { uri: document.uri, kind: document.languageId };
}
