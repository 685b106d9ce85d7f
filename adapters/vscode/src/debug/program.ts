// Documents of the editor, and the paths by which the server knows them.
import * as vscode from 'vscode';
import { hasCells } from '../lsp/notebooks';
import { programOf } from './configuration';

export function programOfUri(document: vscode.Uri): string {
  return programOf(document.scheme, document.path, document.fsPath);
}

/** The documents that are open, a notebook before a text, by the path that the server knows. */
export function documentsOf(program: string): vscode.Uri[] {
  const { notebookDocuments, textDocuments } = vscode.workspace;
  const schemes = new Set(['file', 'untitled']);
  return [...notebookDocuments, ...textDocuments].map((it) => it.uri).filter((it) => schemes.has(it.scheme) && programOfUri(it) === program);
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

/** Whether a document that is open has cells: they run in one kernel. */
export function isNotebook(document: vscode.Uri): boolean {
  const isIt = ({ uri }: { uri: vscode.Uri }): boolean => uri.toString() === document.toString();
  const { notebookDocuments, textDocuments } = vscode.workspace;
  return notebookDocuments.some(isIt) || textDocuments.some((it) => isIt(it) && it.languageId === 'python' && hasCells(it.getText()));
}
