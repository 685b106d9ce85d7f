// Cells that are not up to date: a dimmed bar in the gutter; a red one where a cell has failed.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { NotebookCell } from '../protocol';
import type { NotebookSession } from '../session';
import { markOf, type Mark } from './states';

export function registerStale(parts: Parts): vscode.Disposable {
  const bar = (name: Mark): vscode.TextEditorDecorationType => vscode.window.createTextEditorDecorationType({
    gutterIconPath: vscode.Uri.joinPath(parts.context.extensionUri, 'media', `${name}.svg`),
    gutterIconSize: 'contain', isWholeLine: true,
  });
  const bars: Record<Mark, vscode.TextEditorDecorationType> = { stale: bar('stale'), failed: bar('failed') };
  const draw = (): void => {
    for (const editor of vscode.window.visibleTextEditors) {
      const marked = marksOf(editor.document, parts);
      for (const it of ['stale', 'failed'] as const) editor.setDecorations(bars[it], marked[it]);
    }
  };
  return vscode.Disposable.from(
    ...Object.values(bars), parts.sessions.onDidChange(draw), vscode.window.onDidChangeVisibleTextEditors(draw),
  );
}

function marksOf(document: vscode.TextDocument, { sessions }: Parts): Record<Mark, vscode.Range[]> {
  const marked: Record<Mark, vscode.Range[]> = { stale: [], failed: [] };
  for (const session of sessions.all) {
    for (const cell of session.cells.values()) {
      const mark = markOf(cell);
      if (mark !== undefined) marked[mark].push(...linesOf(cell, document, session));
    }
  }
  return marked;
}

/** The lines of `document` that a cell has, each as a range. */
function linesOf(cell: NotebookCell, document: vscode.TextDocument, session: NotebookSession): vscode.Range[] {
  const uri = session.uriOf(cell.id);
  const isShown = uri === undefined ? session.isOf(document.uri) : document.uri.toString() === uri;
  if (!isShown) return [];
  const [first, last] = uri === undefined ? [cell.line, cell.endLine] : [1, document.lineCount];
  const end = Math.min(last, document.lineCount);
  return Array.from({ length: Math.max(end - first + 1, 0) }, (_, at) => new vscode.Range(first + at - 1, 0, first + at - 1, 0));
}
