// Which Python: the server's and the kernel's. Asks the settings, the Python extension and the machine.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { candidates, firstThatWorks, probeArguments, toInstallInto, type Candidate, type Sources } from './discovery';
import { install, offerInstall } from './install';
import { selected } from './python';

const PROBE_MS = 20_000; // a cold disk is slow

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
    await offerInstall(toInstallInto(await sourcesOf(resource)), await this.package());
  }

  /** Install the server with its companion where it is, or is to be. */
  async install(resource: vscode.Uri | undefined): Promise<void> {
    const found = await this.find(resource);
    if (found?.interpreter !== undefined) install(found.interpreter, await this.package());
    else await offerInstall(toInstallInto(await sourcesOf(resource)), await this.package(), true);
  }

  /** What pip installs: the wheel that came along; without one this is a checkout. */
  private async package(): Promise<string> {
    const wheel = (await readdir(this.wheels).catch(() => [])).find((it) => it.endsWith('.whl'));
    return wheel === undefined ? resolve(this.wheels, '..', '..', '..') : join(this.wheels, wheel);
  }

  private async has(candidate: Candidate): Promise<boolean> {
    if (this.known.has(candidate.command)) return true;
    const problem = await problemOf(candidate.command, probeArguments(candidate));
    if (problem === undefined) this.known.add(candidate.command);
    else this.log.debug(`${candidate.command}: ${problem}`);
    return problem === undefined;
  }
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
