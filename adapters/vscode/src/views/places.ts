// Where a source of the server is in VS Code: its editors, and how to get there.
import * as vscode from 'vscode';
import { asError } from '../errors';
import type { Source } from '../protocol';

const CELL = 'vscode-notebook-cell:';

/** The editors that show `source`; a cell's editor exists while the cell is on the screen. */
export function editorsOf(source: Source | undefined): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((it) => isAt(it.document, source));
}

/** Whether `document` is what `source` names. */
export function isAt({ uri }: vscode.TextDocument, source: Source | undefined): boolean {
  const path = source?.path;
  if (path === undefined) return false;
  return path.startsWith(CELL) ? uri.toString() === path : uri.scheme === 'file' && uri.fsPath === path;
}

/** Show `line` (1-based) of `source`, where it is open, or say why not. */
export async function reveal(source: Source, line: number): Promise<void> {
  if (source.path === undefined) return;
  const isCell = source.path.startsWith(CELL);
  const uri = isCell ? vscode.Uri.parse(source.path, true) : vscode.Uri.file(source.path);
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  try {
    await vscode.commands.executeCommand('vscode.open', uri, { selection, viewColumn: columnOf(documentOf(uri)) });
  } catch (error) {
    void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
  }
}

/** The notebook of a cell's URI; other URIs are documents themselves. */
export function documentOf(uri: vscode.Uri): vscode.Uri {
  const isIt = ({ document }: vscode.NotebookCell): boolean => document.uri.toString() === uri.toString();
  return vscode.workspace.notebookDocuments.find((it) => it.getCells().some(isIt))?.uri ?? uri;
}

/** Where a document is open; else where the next one opens. */
function columnOf(document: vscode.Uri): vscode.ViewColumn {
  const isIt = ({ input }: vscode.Tab): boolean =>
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) && input.uri.toString() === document.toString();
  const { all, activeTabGroup } = vscode.window.tabGroups;
  return [activeTabGroup, ...all].find((it) => it.tabs.some(isIt))?.viewColumn ?? vscode.ViewColumn.Active;
}

/** The lines of a document, from 0. */
export function textOf(document: vscode.TextDocument): (line: number) => string {
  return (it) => (it < document.lineCount ? document.lineAt(it).text : '');
}

/** The line (1-based) as a range; undefined: the document does not have it. */
export function rangeOf(document: vscode.TextDocument, line: number): vscode.Range | undefined {
  return line >= 1 && line <= document.lineCount ? document.lineAt(line - 1).range : undefined;
}
