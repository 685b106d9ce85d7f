// Which Python: the server's and the kernel's. Asks the settings, the Python extension and the machine.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  candidates, cannotStart, firstThatWorks, installLine, probeArguments, toInstallInto, type Candidate, type Sources,
} from './discovery';

const PROBE_MS = 20_000; // a cold disk is slow
const PICK = 'Pick Interpreter';

/** The part of the Python extension's API that is used; https://www.npmjs.com/package/@vscode/python-extension */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

export class Servers {
  private readonly known = new Set<string>(); // commands that have the server

  /** `wheels`: a folder that may hold the package, of this extension's version. */
  constructor(private readonly log: vscode.LogOutputChannel, private readonly wheels: string) {}

  /** How to start the server for `resource`; undefined: nobody has it. */
  async find(resource: vscode.Uri | undefined): Promise<Candidate | undefined> {
    const found = await firstThatWorks(candidates(await sourcesOf(resource)), (it) => this.has(it));
    this.log.info(found ? `server: ${found.command} ${found.args.join(' ')} (${found.from})` : 'server: not found');
    return found;
  }

  /** The interpreter that the user has chosen for `resource`; undefined: the server finds one. */
  async chosen(resource: vscode.Uri | undefined): Promise<string | undefined> {
    const { setting, selected } = await sourcesOf(resource);
    return setting ?? selected;
  }

  /** Say that nobody has the server, and install it on a click. */
  async offerInstall(resource: vscode.Uri | undefined): Promise<void> {
    const interpreter = toInstallInto(await sourcesOf(resource));
    const problem = await notStarted(interpreter);
    if (problem !== undefined) {
      await offerPick(problem);
      return;
    }
    const said = `The Python package dap-kernel is not installed in ${interpreter}. It runs and debugs your notebooks, on Python 3.11 or later.`;
    const answer = await vscode.window.showErrorMessage(said, 'Install', PICK);
    if (answer === PICK) await pick();
    if (answer !== 'Install') return;
    const terminal = vscode.window.createTerminal({ name: 'Install dap-kernel' });
    terminal.show();
    terminal.sendText(installLine(interpreter, vscode.env.shell, await this.wheel()));
  }

  private async wheel(): Promise<string | undefined> {
    const found = (await readdir(this.wheels).catch(() => [])).find((it) => it.endsWith('.whl'));
    return found === undefined ? undefined : join(this.wheels, found);
  }

  private async has(candidate: Candidate): Promise<boolean> {
    if (this.known.has(candidate.command)) return true;
    const problem = await problemOf(candidate.command, probeArguments(candidate));
    if (problem === undefined) this.known.add(candidate.command);
    else this.log.debug(`${candidate.command}: ${problem}`);
    return problem === undefined;
  }
}

/** Say that nothing can be installed into an interpreter which cannot be started. */
async function offerPick(problem: string): Promise<void> {
  if ((await vscode.window.showErrorMessage(problem, PICK)) === PICK) await pick();
}

function pick(): Thenable<unknown> {
  return vscode.commands.executeCommand('dap-kernel.pickInterpreter');
}

/** Why an interpreter cannot even be started, as one that does not exist; undefined: it can. */
function notStarted(interpreter: string): Promise<string | undefined> {
  return new Promise((done) => {
    const child = execFile(interpreter, ['--version'], { timeout: PROBE_MS, windowsHide: true }, (error) =>
      done(error === null ? undefined : cannotStart(interpreter, error.code)));
    child.stdin?.end();
  });
}

/** Run a command of the server, as `kernels`; return what it prints. Rejects if it fails. */
export function ask(server: Candidate, ...words: string[]): Promise<string> {
  const args = server.args.flatMap((it) => (it === 'dap' ? words : [it]));
  return new Promise((done, refuse) => {
    const ended = (error: Error | null, stdout: string): void => (error === null ? done(stdout) : refuse(error));
    execFile(server.command, args, { timeout: PROBE_MS, windowsHide: true }, ended).stdin?.end();
  });
}

/** Run a command; return why it failed. */
export function problemOf(command: string, args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    const child = execFile(command, args, { timeout: PROBE_MS, windowsHide: true }, (error, _, stderr) =>
      done(error === null ? undefined : stderr.trim() || error.message));
    child.stdin?.end();
  });
}

async function sourcesOf(resource: vscode.Uri | undefined): Promise<Sources> {
  const setting = vscode.workspace.getConfiguration('dap-kernel', resource).get<string>('interpreter', '').trim();
  return { setting: setting === '' ? undefined : substituted(setting, resource), selected: await selected(resource) };
}

/** A setting may say `${workspaceFolder}` and `~`, as those of other extensions may. */
function substituted(setting: string, resource: vscode.Uri | undefined): string {
  const folder = resource && vscode.workspace.getWorkspaceFolder(resource);
  const path = (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath ?? '';
  return setting.replaceAll('${workspaceFolder}', path).replace(/^~(?=[/\\])/, process.env.HOME ?? '~');
}

async function selected(resource: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  if (extension === undefined) return undefined;
  try {
    const { environments } = await extension.activate();
    if (environments === undefined) return undefined;
    const environment = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
    return environment?.executable.uri?.fsPath;
  } catch {
    return undefined; // it has its own way to say what is wrong with it
  }
}
