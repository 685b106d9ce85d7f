// The texts that a traceback names: those of cells as they are on screen, those of files as they are on the disk.
import { readFileSync, statSync } from 'node:fs';
import * as vscode from 'vscode';
import type { NotebookSession } from '../session';
import type { Known } from './traceback';

const LONGEST = 2 ** 20; // bytes of a file that is read for a few lines

/** `orderOf` gives the count of a cell's execution, by which VS Code finds the cell. */
export function knownOf(session: NotebookSession, orderOf: (cell: vscode.NotebookCell) => number | undefined): Known {
  const notebook = vscode.workspace.notebookDocuments.find((it) => session.isOf(it.uri));
  const files = new Map<string, readonly string[] | undefined>();
  return {
    cell: (name) => {
      const [only, ...others] = [...session.cells.values()].filter((it) => it.name === name);
      const uri = only === undefined || others.length > 0 ? undefined : session.uriOf(only.id);
      const cell = notebook?.getCells().find((it) => it.document.uri.toString() === uri);
      const order = cell && orderOf(cell);
      return cell === undefined || order === undefined ? undefined : { order, lines: linesOf(cell.document.getText()) };
    },
    file: (path) => {
      if (!files.has(path)) files.set(path, fileOf(path));
      return files.get(path);
    },
  };
}

function fileOf(path: string): readonly string[] | undefined {
  try {
    const status = statSync(path);
    return status.isFile() && status.size <= LONGEST ? linesOf(readFileSync(path, 'utf8')) : undefined;
  } catch {
    return undefined; // it is shown without the lines around
  }
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}
