// What the keybindings of package.json ask: whether VS Code's keys for a debugger would miss what the user means.
import * as vscode from 'vscode';
import { TYPE } from '../debug/configuration';
import type { Parts } from '../parts';

let hidden = 0; // starts that are under way

export function registerKeys({ sessions }: Parts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.onDidChangeActiveDebugSession(tell), sessions.onDidChange(tell),
  );

  function tell(): void {
    tellQuiet();
    const active = sessions.all.find((it) => it.debug.id === vscode.debug.activeDebugSession?.id);
    set('isIdle', active !== undefined && !active.isQuiet && active.kernel !== 'busy' && active.kernel !== 'starting');
  }
}

/** Start a session that is hidden: the keys leave it alone from its very beginning. */
export async function hiding<T>(start: () => Thenable<T>): Promise<T> {
  hidden += 1;
  tellQuiet();
  try {
    return await start();
  } finally {
    hidden -= 1;
    tellQuiet();
  }
}

/** Say whether the session that VS Code's keys act on is hidden. */
function tellQuiet(): void {
  const active = vscode.debug.activeDebugSession;
  set('isQuiet', active === undefined ? hidden > 0 : active.type === TYPE && active.configuration.__quiet === true);
}

function set(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', `dapKernel.${key}`, value);
}
