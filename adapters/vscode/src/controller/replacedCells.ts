// Cells in whose place VS Code puts others of the same text, as where it reads a notebook's file once more, after a rename
// or a first save, say. It takes the breakpoints of a cell away with the cell.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { copied } from './movedBreakpoints';

const TOGETHER_MS = 1000; // within which breakpoints go with their cells

interface Taken {
  breakpoint: vscode.SourceBreakpoint;
  atMs: number;
}

/** Keep the breakpoints of cells that are replaced in notebooks that have a session. */
export function registerReplacedCells({ sessions }: Parts): vscode.Disposable {
  let taken: Taken[] = [];
  return vscode.Disposable.from(
    vscode.debug.onDidChangeBreakpoints(({ removed }) => {
      const atMs = Date.now();
      const fresh = removed.filter((it) => it instanceof vscode.SourceBreakpoint).map((breakpoint) => ({ breakpoint, atMs }));
      taken = [...taken.filter((it) => it.atMs > atMs - TOGETHER_MS), ...fresh];
    }),
    vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
      if (contentChanges.length === 0 || sessions.of(notebook.uri) === undefined) return;
      const earliest = Date.now() - TOGETHER_MS;
      const lost = taken.filter((it) => it.atMs > earliest).map((it) => it.breakpoint);
      const kept = contentChanges.flatMap(replaced).flatMap(([old, fresh]) => lost.filter((it) => isIn(it, old)).map((it) => copied(it, fresh.document.uri)));
      if (kept.length > 0) vscode.debug.addBreakpoints(kept);
    }),
  );
}

/** The cells that were replaced by others of the same text, and those. */
function replaced({ removedCells, addedCells }: vscode.NotebookDocumentContentChange): [vscode.NotebookCell, vscode.NotebookCell][] {
  if (removedCells.length !== addedCells.length) return [];
  return removedCells.flatMap((old, index) => {
    const fresh = addedCells[index];
    return fresh?.kind === old.kind && fresh.document.getText() === old.document.getText() ? [[old, fresh]] : [];
  });
}

function isIn({ location }: vscode.SourceBreakpoint, { document }: vscode.NotebookCell): boolean {
  return location.uri.toString() === document.uri.toString();
}
