// Documents of the editor, and the paths by which the server knows them.
import * as vscode from 'vscode';
import { programOf } from './configuration';

export function programOfUri(document: vscode.Uri): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
  return programOf(document.scheme, document.path, document.fsPath, folder);
}

/** The notebook or file in front of the user; `kind` is VS Code's language or its kind of notebook. */
export function shown(): { uri: vscode.Uri; kind: string } | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook !== undefined) return { uri: notebook.uri, kind: notebook.notebookType };
  const document = vscode.window.activeTextEditor?.document;
  return document && { uri: document.uri, kind: document.languageId };
}
