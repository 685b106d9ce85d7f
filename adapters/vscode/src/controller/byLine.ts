// Run by Line: a cell that stops at its first line, and goes on a line at a time; the debugger leaves at its end.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { CellState } from '../protocol';
import type { NotebookSession } from '../session';
import { canDebug } from './owners';

const UNDER_WAY: ReadonlySet<CellState> = new Set(['queued', 'running']);

const cells = new Set<string>(); // URIs: they run line by line

/** Run `cell` line by line; `execute` runs it with a debugger, and stops at its first line. */
export async function runByLine(parts: Parts, cell: vscode.NotebookCell, execute: () => Promise<void>): Promise<void> {
  const { uri } = cell.notebook;
  const before = parts.sessions.of(uri);
  const isOurs = before === undefined || !canDebug(before); // else the user has a debugger, which stays
  await execute();
  const session = parts.sessions.of(uri);
  const id = session?.idOf(cell.document.uri);
  if (session === undefined || id === undefined) return;
  show(cell, true);
  try {
    await ended(parts, session, id);
  } finally {
    show(cell, false);
  }
  if (isOurs && session.keepsKernel && parts.sessions.all.includes(session)) await vscode.debug.stopDebugging(session.debug);
}

/** Wait until a cell that was asked for has begun and ended, and nothing else runs. */
async function ended({ sessions }: Parts, session: NotebookSession, id: string): Promise<void> {
  const isUnderWay = (): boolean => UNDER_WAY.has(session.cells.get(id)?.state ?? 'new');
  await sessions.until(session, isUnderWay);
  await sessions.until(session, () => !isUnderWay() && session.kernel !== 'busy' && session.kernel !== 'stopped');
}

/** Have the cell's buttons be those of a cell that runs line by line, or not. */
function show(cell: vscode.NotebookCell, isByLine: boolean): void {
  const uri = cell.document.uri.toString();
  if (isByLine) cells.add(uri);
  else cells.delete(uri);
  void vscode.commands.executeCommand('setContext', 'dapKernel.byLineCells', [...cells]);
}
