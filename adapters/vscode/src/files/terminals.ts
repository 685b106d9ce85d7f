// Where what a file's cells print is seen: in a terminal of its own without a debugger, else in the Debug Console.
import * as vscode from 'vscode';
import { documentsOf } from '../debug/program';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import type { Panel } from './keys';
import { FileTerminal } from './terminal';

const terminals = new Map<string, FileTerminal>(); // by program
const places = new Map<string, 'terminal' | 'console'>(); // by program: what was brought to the front last

export function registerTerminals(parts: Parts): vscode.Disposable {
  return vscode.Disposable.from(
    parts.sessions.onDidInitialize((session) => {
      session.on('output', (it) => {
        if (hasTerminal(session)) terminalOf(parts, session).print(it);
      });
      session.on('notebookProgress', (it) => {
        if (hasTerminal(session)) terminalOf(parts, session).progress(it);
      });
      session.on('notebookKernel', ({ state }) => {
        if (state !== 'busy') terminals.get(session.program)?.rest();
      });
    }),
    parts.sessions.onDidMove(({ session, from }) => {
      const known = terminals.get(from);
      terminals.delete(from);
      if (known === undefined) return;
      terminals.set(session.program, known);
      known.rename(session.program);
    }),
    new vscode.Disposable(() => {
      for (const it of terminals.values()) it.dispose();
      terminals.clear();
      places.clear();
    }),
  );
}

/**
 * Bring what the session prints to the front where that is another place than before, or where the panel, which the user
 * may have filled with something else since, is closed. The text keeps the focus.
 */
export function showOutput(parts: Parts, session: NotebookSession, panel: Panel): void {
  if (session.isQuiet && session.hasCells) return;
  const place = hasTerminal(session) ? 'terminal' : 'console';
  const isThere = places.get(session.program) === place && panel !== 'closed';
  places.set(session.program, place);
  if (isThere && panel === 'unknown' && !session.hasCells) void openPanel();
  if (place === 'console') {
    if (!isThere) void vscode.commands.executeCommand('workbench.panel.repl.view.focus', { preserveFocus: true });
    return;
  }
  const terminal = terminalOf(parts, session);
  if (!isThere) terminal.show();
}

/** Have the panel open, with what it has shown last. */
async function openPanel(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.focusPanel'); // which opens one that is closed
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
}

/** Show a line that was typed for `input()`, as a terminal does. */
export function echo(parts: Parts, session: NotebookSession, line: string): void {
  if (hasTerminal(session)) terminalOf(parts, session).echo(line);
}

/** Have a line typed in the terminal of the session; undefined: it has none. */
export function askInTerminal(parts: Parts, session: NotebookSession, isHidden: boolean, token: vscode.CancellationToken): Promise<string> | undefined {
  return hasTerminal(session) ? terminalOf(parts, session).ask(isHidden, token) : undefined;
}

/** Whether a session runs without a debugger, of a text and not of a notebook whose cells show what they print. */
function hasTerminal(session: NotebookSession): boolean {
  return session.isQuiet && !session.hasCells;
}

/** The terminal of a program; one that was made just now is in front. */
function terminalOf({ sessions }: Parts, { program }: NotebookSession): FileTerminal {
  const known = terminals.get(program);
  if (known !== undefined && !known.isGone) return known;
  const session = (): NotebookSession | undefined => sessions.all.findLast((it) => terminals.get(it.program) === terminal && it.isLaunched);
  const terminal = new FileTerminal(program, {
    isRunning: () => session()?.kernel === 'busy',
    interrupt: () => {
      const [document = vscode.Uri.file(program)] = documentsOf(program);
      if (session() !== undefined) void vscode.commands.executeCommand('dap-kernel.interruptKernel', { document });
    },
  });
  terminals.set(program, terminal);
  terminal.show();
  return terminal;
}
