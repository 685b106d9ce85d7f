// What the keybindings of package.json ask: whether VS Code's keys for a debugger would miss what the user means.
import * as vscode from 'vscode';
import { TYPE } from '../debug/configuration';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import type { Sessions } from '../sessions';

let hidden = 0; // starts that are under way

export function registerKeys({ sessions }: Parts): vscode.Disposable {
  const tell = (): void => {
    tellQuiet(sessions);
    const active = activeOf(sessions);
    set('isIdle', active !== undefined && !active.isQuiet && active.kernel !== 'busy' && active.kernel !== 'starting');
  };
  return vscode.Disposable.from(vscode.debug.onDidChangeActiveDebugSession(tell), sessions.onDidChange(tell));
}

/** Start a session that is hidden: the keys leave it alone from its very beginning. */
export async function hiding<T>({ sessions }: Parts, start: () => Thenable<T>): Promise<T> {
  hidden += 1;
  tellQuiet(sessions);
  try {
    return await start();
  } finally {
    hidden -= 1;
    tellQuiet(sessions);
  }
}

/** Say whether the session that VS Code's keys act on, or will in a moment, is hidden. */
function tellQuiet(sessions: Sessions): void {
  const active = vscode.debug.activeDebugSession;
  const isOther = active !== undefined && active.type !== TYPE;
  set('isQuiet', activeOf(sessions)?.isQuiet ?? (hidden > 0 && !isOther));
}

/** The active session if it is ours; VS Code may still name one that has ended. */
function activeOf(sessions: Sessions): NotebookSession | undefined {
  return sessions.all.find((it) => it.debug.id === vscode.debug.activeDebugSession?.id);
}

function set(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `dapKernel.${key}`, value);
}
