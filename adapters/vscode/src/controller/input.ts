// `input()`: the Debug Console takes the line for the session that it belongs to; for others a field at the top does.
import * as vscode from 'vscode';
import { asError } from '../errors';
import type { NotebookSession } from '../session';
import { cellEnds, kernelEnds } from './waits';

const END_OF_FILE = '\u0004';

interface Wanted {
  prompt: string;
  isHidden: boolean;
}

/** Ask for each line that the kernel of `session` waits for. */
export function registerInput(session: NotebookSession): vscode.Disposable {
  const input = new Input(session);
  return vscode.Disposable.from(
    session.on('output', ({ data }) => {
      if (data?.inputWanted === undefined) return;
      if (hasConsole(session)) void vscode.commands.executeCommand('workbench.debug.action.focusRepl'); // VS Code opens it but once
      else void input.ask(data.inputWanted);
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

/** Whether the Debug Console, which there is but one of, sends what is typed to `session`. */
function hasConsole(session: NotebookSession): boolean {
  return !session.isQuiet && session.debug.id === vscode.debug.activeDebugSession?.id;
}

class Input {
  /** The cell that waits; undefined: none was running. */
  waiting: string | undefined;
  private asking: vscode.CancellationTokenSource | undefined;

  constructor(private readonly session: NotebookSession) {}

  async ask(wanted: Wanted): Promise<void> {
    this.stop();
    this.asking = new vscode.CancellationTokenSource();
    this.waiting = [...this.session.cells.values()].find((it) => it.state === 'running')?.id;
    try {
      await this.answer(wanted, this.asking.token);
    } catch (error) {
      void vscode.window.showErrorMessage(`dap-kernel: the line did not reach the cell: ${asError(error).message}`);
    }
  }

  stop(): void {
    this.asking?.cancel();
    this.asking?.dispose();
    this.asking = undefined;
    this.waiting = undefined;
  }

  private async answer({ prompt, isHidden }: Wanted, token: vscode.CancellationToken): Promise<void> {
    const options = { prompt, password: isHidden, ignoreFocusOut: true, placeHolder: 'The cell waits for a line' };
    const line = await vscode.window.showInputBox(options, token);
    if (token.isCancellationRequested) return;
    const expression = line === undefined ? END_OF_FILE : line.replace(/^(\s*):/, '$1::'); // one colon is a command
    await this.session.debug.customRequest('evaluate', { expression, context: 'repl' });
  }
}
