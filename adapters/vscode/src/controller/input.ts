// `input()` in a cell that runs without the Debug Console: the user is asked at the top of the window.
import * as vscode from 'vscode';
import type { NotebookSession } from '../session';

const END_OF_FILE = '\u0004';

/** Ask for each line that the kernel of `session` waits for. */
export function registerInput(session: NotebookSession): vscode.Disposable {
  let asking: vscode.CancellationTokenSource | undefined;
  const stop = (): void => {
    asking?.cancel();
    asking?.dispose();
    asking = undefined;
  };
  return vscode.Disposable.from(
    session.on('output', ({ data }) => {
      if (data?.inputWanted === undefined) return;
      stop();
      asking = new vscode.CancellationTokenSource();
      void ask(session, data.inputWanted, asking.token);
    }),
    session.on('notebookCell', stop), // the cell has ended without the line
    new vscode.Disposable(stop),
  );
}

async function ask(
  session: NotebookSession, wanted: { prompt: string; isHidden: boolean }, token: vscode.CancellationToken,
): Promise<void> {
  const options = { prompt: wanted.prompt, password: wanted.isHidden, ignoreFocusOut: true };
  const line = await vscode.window.showInputBox({ ...options, placeHolder: 'The cell waits for a line' }, token);
  if (token.isCancellationRequested) return;
  const expression = line === undefined ? END_OF_FILE : line.replace(/^(\s*):/, '$1::'); // one colon is a command
  await session.debug.customRequest('evaluate', { expression, context: 'repl' });
}
