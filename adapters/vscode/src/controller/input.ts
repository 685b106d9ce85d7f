// `input()`: the Debug Console takes the line for the session that it belongs to; of the cells of a file that have a
// terminal, that does; for others a field at the top.
import * as vscode from 'vscode';
import { asError } from '../errors';
import type { NotebookSession } from '../session';
import { cellEnds, END_OF_FILE, kernelEnds, lineOf } from './inputWaiting';

const ACTIVE_MS = 1000; // that VS Code takes at most to make a session the active one

interface Wanted {
  prompt: string;
  isHidden: boolean;
}

/** What the session prints on, as far as lines that are typed concern it. */
export interface TypedOn {
  /** Show what was typed, as a terminal does. */
  echo(line: string): void;
  /** Have a line typed there; undefined: nobody can type there. */
  ask(isHidden: boolean, token: vscode.CancellationToken): Promise<string> | undefined;
}

/** Ask for each line that the kernel of `session` waits for. */
export function registerInput(session: NotebookSession, place: TypedOn): vscode.Disposable {
  const input = new Input(session, place);
  return vscode.Disposable.from(
    session.on('evaluate', ({ expression, context, frameId }) => {
      const line = context === 'repl' && frameId === undefined ? lineOf(expression) : undefined;
      if (line === undefined || input.wants === undefined) return;
      place.echo(input.wants.isHidden ? '\n' : `${line}\n`);
      input.wants = undefined;
    }),
    session.on('output', ({ data }) => {
      if (data?.inputWanted !== undefined) void input.wanted(data.inputWanted);
    }),
    session.on('notebookCell', ({ cell }) => {
      if (cellEnds(input.waiting, cell)) input.stop();
    }),
    session.on('notebookKernel', ({ state }) => {
      if (kernelEnds(input.waiting, state)) input.stop();
    }),
    new vscode.Disposable(() => input.stop()),
  );
}

/** Have the cell that waits in the middle of its editor: the field is at the top. */
function revealCell(session: NotebookSession, id: string | undefined): void {
  const uri = id === undefined ? undefined : session.uriOf(id);
  for (const editor of vscode.window.visibleNotebookEditors) {
    const cell = editor.notebook.getCells().find((it) => it.document.uri.toString() === uri);
    if (cell !== undefined) editor.revealRange(new vscode.NotebookRange(cell.index, cell.index + 1), vscode.NotebookEditorRevealType.InCenter);
  }
}

/** Whether the Debug Console, which there is but one of, sends what is typed to `session`, as far as is known now. */
function hasConsole(session: NotebookSession): boolean {
  return !session.isQuiet && session.debug.id === vscode.debug.activeDebugSession?.id;
}

/** Wait until VS Code has made a session that was just shown the active one, in the place of none or of a hidden one. */
async function activated(session: NotebookSession): Promise<void> {
  const active = vscode.debug.activeDebugSession;
  if (session.isQuiet || (active !== undefined && active.configuration['__quiet'] !== true)) return;
  const watching: vscode.Disposable[] = [];
  await new Promise<void>((done) => {
    const timer = setTimeout(done, ACTIVE_MS);
    const look = vscode.debug.onDidChangeActiveDebugSession(() => hasConsole(session) && done());
    watching.push(look, new vscode.Disposable(() => clearTimeout(timer)));
  });
  vscode.Disposable.from(...watching).dispose();
}

class Input {
  /** The cell that waits; undefined: none was running. */
  waiting: string | undefined;
  /** What is asked for, until a line is given. */
  wants: Wanted | undefined;
  private asking: vscode.CancellationTokenSource | undefined;

  constructor(private readonly session: NotebookSession, private readonly place: TypedOn) {}

  async wanted(wanted: Wanted): Promise<void> {
    this.stop();
    this.wants = wanted;
    const { token } = (this.asking = new vscode.CancellationTokenSource());
    this.waiting = [...this.session.cells.values()].find((it) => it.state === 'running')?.id;
    await activated(this.session);
    if (token.isCancellationRequested) return;
    if (hasConsole(this.session)) {
      void vscode.commands.executeCommand('workbench.debug.action.focusRepl'); // VS Code opens it but once
      return;
    }
    try {
      await this.answer(wanted, token);
    } catch (error) {
      void vscode.window.showErrorMessage(`dap-kernel: the line did not reach the cell: ${asError(error).message}`);
    }
  }

  stop(): void {
    this.asking?.cancel();
    this.asking?.dispose();
    this.asking = undefined;
    this.waiting = this.wants = undefined;
  }

  private async answer(wanted: Wanted, token: vscode.CancellationToken): Promise<void> {
    const line = await (this.place.ask(wanted.isHidden, token) ?? this.ask(wanted, token));
    if (token.isCancellationRequested) return;
    const expression = line === undefined ? END_OF_FILE : line.replace(/^(\s*):/, '$1::'); // one colon is a command
    await this.session.debug.customRequest('evaluate', { expression, context: 'repl' });
  }
  /** In a field at the top of the window. */
  private ask({ prompt, isHidden }: Wanted, token: vscode.CancellationToken): Thenable<string | undefined> {
    revealCell(this.session, this.waiting);
    const options = { prompt, password: isHidden, ignoreFocusOut: true, placeHolder: 'The cell waits for a line' };
    return vscode.window.showInputBox(options, token);
  }
}
