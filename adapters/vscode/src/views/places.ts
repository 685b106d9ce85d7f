// Where a source of the server is in VS Code: its editors, and how to get there.
import * as vscode from 'vscode';
import type { Source } from '../protocol';

const CELL = 'vscode-notebook-cell:';

/** The editors that show `source`; a cell's editor exists while the cell is on the screen. */
export function editorsOf(source: Source | undefined): vscode.TextEditor[] {
  const path = source?.path;
  if (path === undefined) return [];
  return vscode.window.visibleTextEditors.filter(({ document: { uri } }) =>
    path.startsWith(CELL) ? uri.toString() === path : uri.scheme === 'file' && uri.fsPath === path);
}

/** Show `line` (1-based) of `source`. */
export async function reveal(source: Source, line: number): Promise<void> {
  if (source.path === undefined) return;
  const isCell = source.path.startsWith(CELL);
  const uri = isCell ? vscode.Uri.parse(source.path, true) : vscode.Uri.file(source.path);
  const selection = new vscode.Range(line - 1, 0, line - 1, 0);
  await vscode.commands.executeCommand('vscode.open', uri, { selection, viewColumn: vscode.ViewColumn.One });
}

/** The line (1-based) as a range; undefined: the document does not have it. */
export function rangeOf(document: vscode.TextDocument, line: number): vscode.Range | undefined {
  return line >= 1 && line <= document.lineCount ? document.lineAt(line - 1).range : undefined;
}
