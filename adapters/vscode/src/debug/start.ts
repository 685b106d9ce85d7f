// Starting a session of a document from code: the controller's, CodeLenses', the commands'.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { Run } from '../protocol';
import type { NotebookSession } from '../session';
import { nameOf, TYPE } from './configuration';
import { folderOf, programOfUri } from './program';

export interface Wanted {
  /** What runs at once; absent: nothing. */
  run?: Run;
  /** Show nothing of it: no toolbar, no views, no stop where nothing runs. */
  quiet?: boolean;
  /** A notebook with nothing to run is not shown as stopped. */
  looksRunning?: boolean;
  /** "attach" takes over the notebook's kernel, which waits for a client; it ends with the session. */
  request?: 'launch' | 'attach';
}

/** Start a session of `document` and return it once it can run cells. Rejects if it did not start. */
export async function start(parts: Parts, document: vscode.Uri, wanted: Wanted = {}): Promise<NotebookSession> {
  const { run = 'none', quiet = false, looksRunning = quiet, request = 'launch' } = wanted;
  const program = programOfUri(document);
  const config: vscode.DebugConfiguration = {
    type: TYPE, name: nameOf(program), request,
    ...(request === 'launch' ? { program, run } : { notebook: program, orphanTimeout: 0 }),
    ...(looksRunning ? { whenIdle: 'running' } : {}),
    ...(quiet ? { internalConsoleOptions: 'neverOpen', __quiet: true } : {}),
  };
  const isStarted = await vscode.debug.startDebugging(folderOf(document), config, {
    suppressSaveBeforeStart: true, // what is typed goes by notebookSync
    suppressDebugToolbar: quiet, suppressDebugStatusbar: quiet, suppressDebugView: quiet,
  });
  const session = parts.sessions.of(document);
  if (!isStarted || session === undefined) throw new Error(`the debugger of ${nameOf(program)} did not start`);
  return session;
}
