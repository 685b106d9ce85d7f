// The companion's lenses above the cells of a file, and what the light bulb offers, as commands of ours: they run in the session that is meant.
import * as vscode from 'vscode';
import type { Place } from '../files/runs';

const OF_CELLS: Record<string, string> = {
  'dap-kernel.runCell': 'dap-kernel.runFileCell', 'dap-kernel.debugCell': 'dap-kernel.debugFileCell',
  'dap-kernel.runAbove': 'dap-kernel.runFileCellsAbove', 'dap-kernel.runBelow': 'dap-kernel.runFileCellsBelow',
  'dap-kernel.runToHere': 'dap-kernel.runFileCellsToHere',
};
const OF_NOTEBOOKS: Record<string, string> = {
  'dap-kernel.runStale': 'dap-kernel.runStaleCells', 'dap-kernel.interrupt': 'dap-kernel.interruptKernel',
  'dap-kernel.restart': 'dap-kernel.restartKernel',
};
const JUPYTER = 'ms-toolsai.jupyter';
const PERCENT = /^# ?%%/m;

export function asOurs(lenses: vscode.CodeLens[], document: vscode.Uri): vscode.CodeLens[] {
  return lenses.map((it) => {
    const own = it.command && ownOf(it.command, { document, line: it.range.start.line + 1 });
    return own === undefined ? it : new vscode.CodeLens(it.range, own);
  });
}

/** What the light bulb at `line`, from 1, offers, as commands of ours: those ask before a kernel ends. */
export function actionsAsOurs(actions: readonly (vscode.Command | vscode.CodeAction)[], document: vscode.Uri, line: number): (vscode.Command | vscode.CodeAction)[] {
  return actions.map((it) => (typeof it.command === 'string' ? ownOf(it as vscode.Command, { document, line }) ?? it : it));
}

function ownOf(command: vscode.Command, at: Place): vscode.Command | undefined {
  const own = OF_CELLS[command.command] ?? OF_NOTEBOOKS[command.command];
  return own === undefined ? undefined : { ...command, command: own, arguments: [at] };
}

/** Whether Jupyter's extension has a row of its own above the cells of `document`: one is enough. */
export function hasJupyters(document: vscode.TextDocument): boolean {
  if (vscode.extensions.getExtension(JUPYTER) === undefined || !PERCENT.test(document.getText())) return false;
  const settings = vscode.workspace.getConfiguration('jupyter', document.uri);
  return settings.get<boolean>('interactiveWindow.codeLens.enable', true);
}
