// Starting a session of a document from code: the controller's, CodeLenses', the commands'.
import * as vscode from 'vscode';
import { hiding } from '../controller/keys';
import { Told } from '../errors';
import type { Parts } from '../parts';
import type { Run } from '../protocol';
import type { NotebookSession } from '../session';
import { KERNEL_WAITS_S, nameOf, TYPE } from './configuration';
import { folderOf, programOfUri } from './program';
import { takeUpOrphan } from './takeUpOrphan';

export interface Wanted {
  /** What runs at once, and by a restart; absent: nothing. */
  run?: Run;
  /** Show nothing of it: no toolbar, no views, no stop where nothing runs. */
  quiet?: boolean;
  /** A notebook with nothing to run is not shown as stopped. */
  looksRunning?: boolean;
  /** The kernel of the document that waits for a client, to be taken over, in place of one that lost its editor. */
  kernelId?: string;
}

const starting = new Map<string, Promise<NotebookSession>>(); // by program

/** The session of `document`, started as `wanted` if there is none; it can run cells. */
export async function sessionOf(parts: Parts, document: vscode.Uri, wanted: Wanted = {}): Promise<NotebookSession> {
  for (;;) {
    await parts.sessions.left(document); // its kernel may be handed back
    const known = starting.get(programOfUri(document)) ?? parts.sessions.of(document);
    if (known === undefined) return start(parts, document, wanted);
    const session = await known;
    await parts.sessions.until(session, () => session.isLaunched || session.isEnding);
    if (parts.sessions.of(document) === session) return session; // else it was refused, or has made room for another
  }
}

/** The session of `document`, if it has one or gets one: its kernel may be on its way from one session to another. */
export async function knownSession(parts: Parts, document: vscode.Uri): Promise<NotebookSession | undefined> {
  await parts.sessions.left(document);
  await starting.get(programOfUri(document))?.catch(() => undefined);
  const session = parts.sessions.of(document);
  if (session !== undefined) await parts.sessions.until(session, () => session.isLaunched || session.isEnding);
  return parts.sessions.of(document);
}

/** Start a session of `document`, or join a start that is under way; return it once it can run cells. Rejects if it did not start. */
export function start(parts: Parts, document: vscode.Uri, wanted: Wanted = {}): Promise<NotebookSession> {
  const program = programOfUri(document);
  const known = starting.get(program);
  if (known !== undefined) return known;
  const begun = begin(parts, document, wanted).finally(() => starting.delete(program));
  starting.set(program, begun);
  return begun;
}

async function begin(parts: Parts, document: vscode.Uri, wanted: Wanted): Promise<NotebookSession> {
  const { run = 'none', quiet = false, looksRunning = quiet } = wanted;
  const kernelId = wanted.kernelId ?? (await takeUpOrphan(parts, document));
  const program = programOfUri(document);
  const config: vscode.DebugConfiguration = {
    // VS Code asks whether another one of the same name is meant.
    __begun: true, type: TYPE, name: quiet ? `Kernel of ${nameOf(program)}` : nameOf(program), run,
    ...(kernelId === undefined
      ? { request: 'launch', program } : { request: 'attach', notebook: program, kernelId, __takenOver: !quiet }),
    ...(looksRunning ? { whenIdle: 'running' } : {}),
    // Without a debugger nothing stops, whatever VS Code sends: there is nobody to show a stop.
    ...(quiet ? { internalConsoleOptions: 'neverOpen', __quiet: true, noDebug: true, orphanTimeout: KERNEL_WAITS_S } : {}),
    // The debugger's own Restart is not to end a kernel that was there before the debugger.
    ...(quiet || kernelId !== undefined ? { onRestart: 'all' } : {}),
  };
  const launch = (): Thenable<boolean> => vscode.debug.startDebugging(folderOf(document), config, {
    suppressSaveBeforeStart: true, // what is typed goes by notebookSync
    suppressDebugToolbar: quiet, suppressDebugStatusbar: quiet, suppressDebugView: quiet,
  });
  const isStarted = await (quiet ? hiding(parts, launch) : launch());
  const session = parts.sessions.of(document); // another one that was started meanwhile is as good
  if (!isStarted && session === undefined) throw new Told(`${nameOf(program)} was not started`); // VS Code, or who refused it, has said why
  if (session === undefined) throw new Error(`the debugger of ${nameOf(program)} did not start`);
  return session;
}
