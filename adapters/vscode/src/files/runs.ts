// Runs of the cells of a file: in which session, and where what they print is seen.
import * as vscode from 'vscode';
import { canDebug, takeOver } from '../controller/kernelOwnership';
import { queueOf } from '../controller/queue';
import { settled } from '../controller/settled';
import { sessionOf } from '../debug/start';
import { asError, Told } from '../errors';
import { codeAt } from '../lsp/notebooks';
import type { Parts } from '../parts';
import type { Run } from '../protocol';
import type { NotebookSession } from '../session';
import { synced } from '../sync';
import { chosen, type What } from './cellsToRun';
import type { Panel } from './keys';
import { showOutput } from './terminals';

export interface Place {
  document: vscode.Uri;
  /** From 1. */
  line: number;
}

/** Run cells of a file, with a debugger or without one. Never rejects. */
export function runAt(parts: Parts, { document, line }: Place, what: What, noDebug: boolean, panel: Panel): Promise<void> {
  return runWhat(parts, document, noDebug, async (session) => {
    const { cells } = await session.request('notebookCells', {});
    return chosen(what, line, codeLine(document, line), cells);
  }, panel);
}

/** Run what is chosen when the session is there. Never rejects. */
export async function runWhat(
  parts: Parts, document: vscode.Uri, noDebug: boolean, what: (session: NotebookSession) => Promise<Run>, panel: Panel = 'unknown',
): Promise<void> {
  try {
    await queueOf(document.toString()).next(async (signal) => {
      const session = await sessionFor(parts, document, noDebug, signal);
      if (session === undefined) return;
      await synced(session);
      if (signal.aborted) return;
      const run = await what(session);
      showOutput(parts, session, panel);
      await session.request('notebookRun', { run, noDebug });
    });
  } catch (error) {
    parts.log.error(asError(error));
    if (!(error instanceof Told)) void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
  }
}

/** The line, from 1, of the code that a marker's line is of. */
function codeLine(document: vscode.Uri, line: number): number {
  const text = vscode.workspace.textDocuments.find((it) => it.uri.toString() === document.toString())?.getText() ?? '';
  return codeAt(text.split(/\r?\n/), line - 1) + 1;
}

/** The session of `document`, started if there is none, to debug in if that is meant; undefined: called off. */
async function sessionFor(parts: Parts, document: vscode.Uri, noDebug: boolean, signal: AbortSignal): Promise<NotebookSession | undefined> {
  for (;;) {
    const session = await sessionOf(parts, document, { quiet: true }); // it stays when a debugger that takes it over leaves
    if (signal.aborted) return undefined;
    if (noDebug || canDebug(session)) return session;
    const isSettled = (): boolean => session.kernel !== 'starting' && session.kernel !== 'busy';
    if (!(await settled(parts, session, signal, isSettled))) return undefined;
    if (parts.sessions.of(document) !== session) continue; // it has ended meanwhile
    return takeOver(parts, session, { uri: document });
  }
}
