// Percent and marimo files in the hand: the commands and keys that run their cells, and what the lenses do.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { isTextAt, nextCell } from '../lsp/notebooks';
import type { What } from './cellsToRun';
import { asInAnyFile, isWithCells, panelAt, pressed, registerPlainFiles, type Pressed } from './keys';
import { runAt, type Place } from './runs';
import { registerTerminals } from './terminals';

export function registerFiles(parts: Parts): vscode.Disposable {
  const { registerCommand } = vscode.commands;
  const act = (what: What, noDebug: boolean) => (at: unknown): Promise<void> | undefined => {
    const place = placeOf(at);
    return place && runAt(parts, place, what, noDebug, panelAt(at));
  };
  return vscode.Disposable.from(
    registerCommand('dap-kernel.runFileCell', act('at', true)),
    registerCommand('dap-kernel.debugFileCell', act('at', false)),
    registerCommand('dap-kernel.runFileCellsAbove', act('above', true)),
    registerCommand('dap-kernel.runFileCellsBelow', act('below', true)),
    registerCommand('dap-kernel.runFileCellsToHere', act('toHere', true)),
    registerCommand('dap-kernel.runFileCellAndAdvance', (at) => runAndAdvance(parts, pressed(at))),
    registerTerminals(parts),
    registerPlainFiles(),
  );
}

/** The place that a lens is at, or the cursor's. Without a cell there the user is told, or the key does what it does in any file. */
function placeOf(at: unknown): Place | undefined {
  if (at !== null && typeof at === 'object' && 'document' in at && 'line' in at) return at as Place;
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && isWithCells(editor.document)) {
    return { document: editor.document.uri, line: editor.selection.active.line + 1 };
  }
  const key = pressed(at);
  if (key !== undefined) asInAnyFile(key);
  else void vscode.window.showInformationMessage('There are no cells here. Cells of a Python file begin with a line "# %%".');
  return undefined;
}

async function runAndAdvance(parts: Parts, key: Pressed | undefined): Promise<void> {
  const place = placeOf(key);
  const editor = vscode.window.activeTextEditor;
  if (place === undefined || editor === undefined) return;
  const lines = editor.document.getText().split(/\r?\n/);
  const next = nextCell(lines, place.line - 1);
  if (next !== undefined) {
    const at = new vscode.Position(next, 0);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  if (!isTextAt(lines, place.line - 1)) await runAt(parts, place, 'at', true, panelAt(key));
}
