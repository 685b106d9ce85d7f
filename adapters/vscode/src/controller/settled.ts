// Waiting until a kernel may be taken over: what runs in it, or waits to, is not to be lost.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { aborted } from './queue';

const SHORT_MS = 1000; // a wait that needs no words
const TITLE = 'Debug Cell begins when the cells that run now have ended';

/** Wait until something of `session` is so, or it has ended; a wait that is long is shown. False: it was called off. */
export async function settled({ sessions }: Parts, session: NotebookSession, signal: AbortSignal, isSettled: () => boolean): Promise<boolean> {
  const waiting = sessions.until(session, isSettled).then(() => true);
  const calledOff = aborted(signal).then(() => false);
  const isShort = await Promise.race([waiting, calledOff, new Promise((done) => setTimeout(done, SHORT_MS))]);
  if (typeof isShort === 'boolean') return isShort && !signal.aborted;
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: TITLE };
  return vscode.window.withProgress(options, (_progress, token) => {
    const cancelled = new Promise<boolean>((done) => token.onCancellationRequested(() => done(false)));
    return Promise.race([waiting, calledOff, cancelled]).then((it) => it && !signal.aborted);
  });
}
