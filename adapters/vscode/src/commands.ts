// The commands of the palette, the menus and the status bar.
import * as vscode from 'vscode';
import { queueOf } from './controller/queue';
import { fromShown, nameOf, withInterpreter } from './debug/configuration';
import { endsKernel, STOP } from './debug/endsKernel';
import { documentsOf, folderOf, isNotebook, programOfUri, shown } from './debug/program';
import { knownSession } from './debug/start';
import { asError } from './errors';
import { runWhat } from './files/runs';
import { mayEnd } from './kernelEnds';
import type { Parts } from './parts';
import { pickInterpreter } from './server/pick';
import type { NotebookSession } from './session';
import { shutDown } from './shutDown';
import { synced } from './sync';

type Action = (parts: Parts, session: NotebookSession) => Promise<unknown>;

export function registerCommands(parts: Parts): vscode.Disposable {
  const { registerCommand } = vscode.commands;
  const ofSession = (name: string, action: Action): vscode.Disposable =>
    registerCommand(`dap-kernel.${name}`, (it) => act(parts, action, notebookOf(it)));
  return vscode.Disposable.from(
    registerCommand('dap-kernel.runStaleCells', (it) => runStaleOf(parts, notebookOf(it))),
    ofSession('restartKernel', restart),
    ofSession('interruptKernel', interrupt),
    ofSession('shutDownKernel', shutDownAsked),
    registerCommand('dap-kernel.debugFile', (it) => debugShown(parts, false, notebookOf(it))),
    registerCommand('dap-kernel.runFile', (it) => debugShown(parts, true, notebookOf(it))),
    registerCommand('dap-kernel.goOn', (it) => goOn(parts, it as unknown)),
    registerCommand('dap-kernel.runNextLine', (it) => runNextLine(parts, it)),
    registerCommand('dap-kernel.pickInterpreter', () => pick(parts)),
    registerCommand('dap-kernel.showLog', () => parts.log.show()),
    registerCommand('dap-kernel.menu', menu),
  );
}

async function runStale(_parts: Parts, session: NotebookSession): Promise<void> {
  await synced(session);
  await session.request('notebookRun', { run: 'stale' });
}

/** Run what is stale in `notebook`, which gets a kernel if it has none; or in what the user looks at. */
async function runStaleOf(parts: Parts, notebook: vscode.Uri | undefined): Promise<void> {
  const isFresh = notebook !== undefined && (await knownSession(parts, notebook)) === undefined;
  await (isFresh ? runWhat(parts, notebook, true, () => Promise.resolve('stale')) : act(parts, runStale, notebook));
}

/** A fresh kernel, with what is on screen, on the interpreter that is chosen now. */
async function restart({ servers }: Parts, session: NotebookSession): Promise<void> {
  if (!(await mayEnd([session], { text: `Restart the kernel of ${nameOf(session.program)}?`, end: 'Restart' }))) return;
  const { configuration } = session.debug;
  const python = await servers.chosen(vscode.Uri.file(session.program));
  await synced(session);
  await session.debug.customRequest('restart', { arguments: { ...withInterpreter(configuration, python), onRestart: 'kernel' } });
}

async function shutDownAsked(parts: Parts, session: NotebookSession): Promise<void> {
  const question = { text: `Shut down the kernel of ${nameOf(session.program)}?`, end: 'Shut Down' };
  if (await mayEnd([session], question)) await shutDown(parts, session);
}

/** Have VS Code continue, step, restart or stop by its `command`; what was typed a moment before is what runs. */
async function goOn({ sessions }: Parts, command: unknown): Promise<void> {
  const { active } = sessions;
  if (active !== undefined && !(await mayGoOn(active, command))) return;
  if (active !== undefined && command !== STOP) await synced(active);
  if (typeof command === 'string' && sessions.active === active) await vscode.commands.executeCommand(command);
}

/** Step the notebook of the cell whose button was pressed, or the one in front: another one may be VS Code's active session. */
async function runNextLine(parts: Parts, argument: unknown): Promise<void> {
  const { notebook = vscode.window.activeNotebookEditor?.notebook } = (argument ?? {}) as { notebook?: vscode.NotebookDocument };
  const session = notebook === undefined ? parts.sessions.active : parts.sessions.of(notebook.uri);
  if (session === undefined || session === parts.sessions.active) {
    if (session !== undefined) await goOn(parts, 'workbench.action.debug.stepOver');
    return;
  }
  const { stoppedThread } = session;
  if (stoppedThread === undefined || session.kernel !== 'stopped') return; // it has gone on meanwhile
  await synced(session);
  await session.debug.customRequest('next', { threadId: stoppedThread });
}

/** Whether the user agrees where a notebook's kernel ends with `command`; a script's is of no use after it. */
async function mayGoOn(session: NotebookSession, command: unknown): Promise<boolean> {
  const { program, debug, keepsKernel } = session;
  if (!endsKernel(command, debug.configuration, keepsKernel) || !session.isOfNotebook) return true;
  const name = nameOf(program);
  return mayEnd([session], command === STOP
    ? { text: `Stop debugging ${name}? Its kernel ends with the debugger.`, end: 'Stop' }
    : { text: `Restart ${name}? It begins in a fresh kernel.`, end: 'Restart' });
}

function interrupt(_parts: Parts, session: NotebookSession): Promise<unknown> {
  for (const it of documentsOf(session.program)) queueOf(it.toString()).callOff();
  return session.request('notebookInterrupt', {});
}

/** Pick an interpreter; a kernel that runs stays on its own, which the user is told. */
async function pick(parts: Parts): Promise<void> {
  if (!(await pickInterpreter())) return;
  const session = parts.sessions.current;
  if (session === undefined || session.kernel === 'notStarted' || session.kernel === 'dead') return;
  const answer = await vscode.window.showInformationMessage(
    `The kernel of ${nameOf(session.program)} runs on the Python that it was started with. "Restart Kernel" takes the one `
      + 'that you have picked, unless launch.json names another; the Restart of the debug toolbar does not.',
    'Restart Kernel',
  );
  if (answer !== undefined) await act(parts, restart);
}

/** Do something with the session of `notebook`, or of what the user looks at. */
async function act(parts: Parts, action: Action, notebook?: vscode.Uri): Promise<void> {
  const document = notebook ?? shown()?.uri;
  const own = document === undefined ? undefined : await knownSession(parts, document);
  const session = notebook === undefined ? parts.sessions.current : own;
  if (session === undefined) {
    const what = document !== undefined && isNotebook(document) ? `${nameOf(document.path)} has no kernel` : 'No notebook is being debugged';
    void vscode.window.showInformationMessage(`${what}. Run a cell, or press F5, to begin.`);
    return;
  }
  try {
    await action(parts, session);
  } catch (error) {
    void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
  }
}

/** The notebook whose toolbar has a button that was pressed, or at whose cell something was chosen. */
function notebookOf(argument: unknown): vscode.Uri | undefined {
  const { notebookEditor, document } = (argument ?? {}) as { notebookEditor?: { notebookUri?: vscode.Uri }; document?: vscode.Uri };
  return notebookEditor?.notebookUri ?? document;
}

const beginning = new Set<string>(); // URIs

async function debugShown(parts: Parts, noDebug: boolean, notebook?: vscode.Uri): Promise<void> {
  const it = notebook === undefined ? shown() : { uri: notebook, kind: 'jupyter-notebook' };
  const config = fromShown({}, it && { program: programOfUri(it.uri), kind: it.kind });
  if (it === undefined || config === undefined) {
    void vscode.window.showInformationMessage('Open a notebook or a Python file to debug.');
    return;
  }
  const uri = it.uri.toString();
  if (beginning.has(uri)) return; // the button was pressed twice
  beginning.add(uri);
  const options = { noDebug, suppressSaveBeforeStart: it.uri.scheme === 'untitled' };
  try {
    const session = isNotebook(it.uri) ? await knownSession(parts, it.uri) : undefined;
    if (session !== undefined && (session.isQuiet || session.kernel === 'idle')) {
      await runWhat(parts, it.uri, noDebug, () => Promise.resolve('all')); // in the kernel that it has
    } else {
      await vscode.debug.startDebugging(folderOf(it.uri), config as vscode.DebugConfiguration, options);
    }
  } finally {
    beginning.delete(uri);
  }
}

async function menu(): Promise<void> {
  const actions = [
    { label: '$(run-all) Run stale cells', command: 'dap-kernel.runStaleCells' },
    { label: '$(debug-restart) Restart the kernel', command: 'dap-kernel.restartKernel' },
    { label: '$(debug-pause) Interrupt', command: 'dap-kernel.interruptKernel' },
    { label: '$(debug-stop) Shut down the kernel', command: 'dap-kernel.shutDownKernel' },
    { label: '$(symbol-misc) Pick an interpreter', command: 'dap-kernel.pickInterpreter' },
    { label: '$(output) Show the log', command: 'dap-kernel.showLog' },
  ];
  const picked = await vscode.window.showQuickPick(actions, { title: 'dap-kernel' });
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
