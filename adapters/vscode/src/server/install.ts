// Where nobody has the server: what can be done about it, in one click.
import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { installLine, quoted } from './discovery';
import { environmentPaths } from './environments';
import { FACTS, offerOf, parseFacts } from './offer';
import { keep } from './pick';

const PROBE_MS = 20_000; // a cold disk is slow

const terminals = new Map<string, vscode.Terminal>(); // by the interpreter that takes the package

/** Say that the server is missing, and install it on a click; `path` is a wheel or a checkout of it. `isAsked`: that was the click. */
export async function offerInstall(interpreter: string, path: string, isAsked = false): Promise<void> {
  const terminal = terminals.get(interpreter);
  if (!isAsked && terminal !== undefined && terminal.exitStatus === undefined) return underWay(interpreter, path, terminal);
  const folder = folderPath();
  const { text, actions } = offerOf(interpreter, await examined(interpreter), folder !== undefined);
  const isTold = isAsked && actions.includes('Install');
  const answer = isTold ? 'Install' : await vscode.window.showErrorMessage(text, ...actions);
  if (answer === 'Install') install(interpreter, path);
  else if (answer === 'Create .venv and Install' && folder !== undefined) await intoNew(folder, interpreter, path);
  else if (answer === 'Pick Interpreter') await vscode.commands.executeCommand('dap-kernel.pickInterpreter');
}

/** Install the server into `interpreter`, in a terminal. */
export function install(interpreter: string, path: string): void {
  terminals.set(interpreter, inTerminal(folderPath(), installLine(interpreter, vscode.env.shell, path)));
}

/** Say that it is not there yet; whether pip has failed, its terminal shows. */
async function underWay(interpreter: string, path: string, terminal: vscode.Terminal): Promise<void> {
  terminal.show(true);
  const text = `dap-kernel is being installed into ${interpreter}: see the terminal "${terminal.name}". Start again when it is there.`;
  if ((await vscode.window.showInformationMessage(text, 'Install Again')) === 'Install Again') install(interpreter, path);
}

function folderPath(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

/** Packages of the system stay in sight: what is made for the server runs the notebooks too. */
async function intoNew(folder: string, interpreter: string, path: string): Promise<void> {
  const [made = ''] = environmentPaths(folder);
  const begin = quoted(interpreter, vscode.env.shell);
  const terminal = inTerminal(folder, `${begin} -m venv --system-site-packages .venv`, installLine(made, vscode.env.shell, path));
  terminals.set(made, terminal);
  await keep(environmentPaths('${workspaceFolder}')[0] ?? made);
}

function inTerminal(cwd: string | undefined, ...lines: string[]): vscode.Terminal {
  const terminal = vscode.window.createTerminal({ name: 'Install dap-kernel', ...(cwd === undefined ? {} : { cwd }) });
  terminal.show();
  for (const it of lines) terminal.sendText(it);
  return terminal;
}

/** What an interpreter tells of itself, or the code of the error with which it could not be started. */
function examined(interpreter: string): Promise<ReturnType<typeof parseFacts> | string> {
  return new Promise((done) => {
    const child = execFile(interpreter, ['-c', FACTS], { timeout: PROBE_MS, windowsHide: true }, (error, stdout) =>
      done(typeof error?.code === 'string' ? error.code : parseFacts(stdout)));
    child.stdin?.end();
  });
}
