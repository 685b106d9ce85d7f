// Run by Line: a cell that stops at its first line, and goes on a line at a time; the debugger leaves at its end.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';

const cells = new Set<string>(); // URIs: they run line by line

/** How a cell was asked to run, once the server has answered. */
export interface Executed {
  session: NotebookSession;
  /** Its debugger has come for this cell; else the user had one, which stays. */
  isFresh: boolean;
}

/**
 * Run `cell` line by line; `execute` runs it with a debugger, and stops at its first line; undefined: it was called off, or
 * has failed. `isOpen`: the cell runs, or waits to.
 */
export async function runByLine(
  { sessions }: Parts, cell: vscode.NotebookCell, execute: () => Promise<Executed | undefined>, isOpen: (session: NotebookSession) => boolean,
): Promise<void> {
  const executed = await execute();
  if (executed === undefined) return;
  const { session, isFresh } = executed;
  show(cell, true);
  try {
    await sessions.until(session, () => !isOpen(session) && session.kernel !== 'busy' && session.kernel !== 'stopped');
  } finally {
    show(cell, false);
  }
  if (isFresh && session.keepsKernel && sessions.all.includes(session)) await vscode.debug.stopDebugging(session.debug);
}

/** Have the cell's buttons be those of a cell that runs line by line, or not. */
function show(cell: vscode.NotebookCell, isByLine: boolean): void {
  const uri = cell.document.uri.toString();
  if (isByLine) cells.add(uri);
  else cells.delete(uri);
  void vscode.commands.executeCommand('setContext', 'dapKernel.byLineCells', [...cells]);
}
