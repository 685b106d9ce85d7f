// Percent and marimo files in the hand: the commands and keys that run their cells, and what the lenses do.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { hasCells, isTextAt, nextCell } from '../lsp/notebooks';
import type { What } from './chosen';
import { runAt, type Place } from './runs';
import { registerTerminals } from './terminals';

const PYTHON = 'ms-python.python';

export function registerFiles(parts: Parts): vscode.Disposable {
  const { registerCommand } = vscode.commands;
  const act = (what: What, noDebug: boolean) => (at: unknown): Promise<void> | undefined => {
    const place = placeOf(at);
    return place && runAt(parts, place, what, noDebug);
  };
  return vscode.Disposable.from(
    registerCommand('dap-kernel.runFileCell', act('at', true)),
    registerCommand('dap-kernel.debugFileCell', act('at', false)),
    registerCommand('dap-kernel.runFileCellsAbove', act('above', true)),
    registerCommand('dap-kernel.runFileCellsBelow', act('below', true)),
    registerCommand('dap-kernel.runFileCellsToHere', act('toHere', true)),
    registerCommand('dap-kernel.runFileCellAndAdvance', () => runAndAdvance(parts)),
    registerTerminals(parts),
    ...contexts(),
  );
}

/** What the keybindings of package.json ask. */
function contexts(): vscode.Disposable[] {
  let seen: unknown[] = []; // the document that was looked at, its version and language
  const look = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const now = [document, document?.version, document?.languageId];
    if (seen.length > 0 && now.every((it, index) => it === seen[index])) return;
    seen = now;
    set('hasCells', document !== undefined && isFile(document) && hasCells(document.getText()));
  };
  const lookAround = (): void => set('hasPythonExtension', vscode.extensions.getExtension(PYTHON) !== undefined);
  look();
  lookAround();
  return [
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.window.onDidChangeVisibleTextEditors(look),
    vscode.window.onDidChangeTextEditorSelection(look), // the first editor of a window may be told late
    vscode.workspace.onDidChangeTextDocument(({ document }) => document === vscode.window.activeTextEditor?.document && look()),
    vscode.workspace.onDidOpenTextDocument(look), // its language may be another one now
    vscode.extensions.onDidChange(lookAround),
  ];
}

function set(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `dapKernel.${key}`, value);
}

function isFile({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === 'python' && (uri.scheme === 'file' || uri.scheme === 'untitled');
}

/** The place that a lens is at, or the cursor's. */
function placeOf(at: unknown): Place | undefined {
  if (at !== null && typeof at === 'object' && 'document' in at && 'line' in at) return at as Place;
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && isFile(editor.document) && hasCells(editor.document.getText())) {
    return { document: editor.document.uri, line: editor.selection.active.line + 1 };
  }
  void vscode.window.showInformationMessage('There are no cells here. Cells of a Python file begin with a line "# %%".');
  return undefined;
}

async function runAndAdvance(parts: Parts): Promise<void> {
  const place = placeOf(undefined);
  const editor = vscode.window.activeTextEditor;
  if (place === undefined || editor === undefined) return;
  const lines = editor.document.getText().split(/\r?\n/);
  const next = nextCell(lines, place.line - 1);
  if (next !== undefined) {
    const at = new vscode.Position(next, 0);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  if (!isTextAt(lines, place.line - 1)) await runAt(parts, place, 'at', true);
}
