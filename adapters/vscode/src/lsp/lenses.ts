// The companion's lenses above the cells of a file, as commands of ours: they run in the session that is meant.
import * as vscode from 'vscode';

const OURS: Record<string, string> = {
  'dap-kernel.runCell': 'dap-kernel.runFileCell', 'dap-kernel.debugCell': 'dap-kernel.debugFileCell',
  'dap-kernel.runAbove': 'dap-kernel.runFileCellsAbove', 'dap-kernel.runBelow': 'dap-kernel.runFileCellsBelow',
  'dap-kernel.runToHere': 'dap-kernel.runFileCellsToHere',
};
const JUPYTER = 'ms-toolsai.jupyter';
const PERCENT = /^# ?%%/m;

export function asOurs(lenses: vscode.CodeLens[], document: vscode.Uri): vscode.CodeLens[] {
  return lenses.map((it) => {
    const own = it.command && OURS[it.command.command];
    if (it.command === undefined || own === undefined) return it;
    const at = { document, line: it.range.start.line + 1 };
    return new vscode.CodeLens(it.range, { ...it.command, command: own, arguments: [at] });
  });
}

/** Whether Jupyter's extension has a row of its own above the cells of `document`: one is enough. */
export function hasJupyters(document: vscode.TextDocument): boolean {
  if (vscode.extensions.getExtension(JUPYTER) === undefined || !PERCENT.test(document.getText())) return false;
  const settings = vscode.workspace.getConfiguration('jupyter', document.uri);
  return settings.get<boolean>('interactiveWindow.codeLens.enable', true);
}
