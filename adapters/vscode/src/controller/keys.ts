// What the keybindings of package.json ask: whether VS Code's keys for a debugger would miss what the user means.
import * as vscode from 'vscode';
import { TYPE } from '../debug/configuration';
import type { Parts } from '../parts';
import type { Sessions } from '../sessions';

let hidden = 0; // starts that are under way

export function registerKeys({ sessions }: Parts): vscode.Disposable {
  const tell = (): void => {
    tellQuiet(sessions);
    const { active } = sessions;
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
  set('isQuiet', sessions.active?.isQuiet ?? (hidden > 0 && !isOther));
}

function set(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `dapKernel.${key}`, value);
}
