// When variables may be others than before, and when nothing can be asked about them.
import * as vscode from 'vscode';
import type { KernelState } from '../protocol';
import type { NotebookSession } from '../session';
import type { Sessions } from '../sessions';

/** `isBusy`: what is known is of the past, and nothing can be asked for now. */
export function onVariables(sessions: Sessions, tell: (session: NotebookSession, isBusy: boolean) => void): vscode.Disposable {
  return vscode.Disposable.from(
    sessions.onDidInitialize((session) => {
      session.on('notebookVariablesChanged', () => tell(session, false));
      session.on('notebookKernel', ({ state }) => isBusy(state) && tell(session, true));
    }),
    sessions.onDidLaunch((session) => tell(session, isBusy(session.kernel))),
    sessions.onDidEnd((session) => tell(session, false)),
  );
}

export function isBusy(state: KernelState | undefined): boolean {
  return state === 'busy' || state === 'starting';
}
