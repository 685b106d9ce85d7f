// Where what a file's cells print is seen: in a terminal of its own without a debugger, else in the Debug Console.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { FileTerminal } from './terminal';

const terminals = new Map<string, FileTerminal>(); // by program

export function registerTerminals(parts: Parts): vscode.Disposable {
  return vscode.Disposable.from(
    parts.sessions.onDidInitialize((session) => {
      session.on('output', (it) => {
        if (hasTerminal(session)) terminalOf(parts, session).print(it);
      });
      session.on('notebookProgress', (it) => {
        if (hasTerminal(session)) terminalOf(parts, session).progress(it);
      });
    }),
    new vscode.Disposable(() => {
      for (const it of terminals.values()) it.dispose();
      terminals.clear();
    }),
  );
}

/** Bring what the session prints to the front; the text keeps the focus. */
export function showOutput(parts: Parts, session: NotebookSession): void {
  if (hasTerminal(session)) terminalOf(parts, session).show();
  else if (!session.isQuiet) void vscode.commands.executeCommand('workbench.panel.repl.view.focus', { preserveFocus: true });
}

/** Show a line that was typed for `input()`, as a terminal does. */
export function echo(parts: Parts, session: NotebookSession, line: string): void {
  if (hasTerminal(session)) terminalOf(parts, session).echo(line);
}

/** Whether a session runs without a debugger, of a text and not of a notebook whose cells show what they print. */
function hasTerminal(session: NotebookSession): boolean {
  return session.isQuiet && !session.hasCells;
}

function terminalOf({ sessions, log }: Parts, { program }: NotebookSession): FileTerminal {
  const known = terminals.get(program);
  if (known !== undefined && !known.isGone) return known;
  const terminal = new FileTerminal(program, () => {
    const session = sessions.all.findLast((it) => it.program === program && it.isLaunched);
    session?.request('notebookInterrupt', {}).catch((error: unknown) => log.warn(String(error)));
  });
  terminals.set(program, terminal);
  return terminal;
}
