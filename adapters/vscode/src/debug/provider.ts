// Debug configurations: F5 without a launch.json, what is missing in one, and the process that serves it.
import * as vscode from 'vscode';
import { runWhat } from '../files/runs';
import { askedToEnd } from '../kernelEnds';
import type { Parts } from '../parts';
import type { Run } from '../protocol';
import type { Candidate } from '../server/discovery';
import { ask } from '../server/interpreter';
import { addressOf, completed, fromShown, initialConfigurations, KERNEL_WAITS_S, nameOf, namesNoPython, TYPE, type Configuration } from './configuration';
import { documentsOf, programOfUri, shown } from './program';
import { canRunIn, replacedBy } from './replaced';
import { knownSession } from './start';
import { itemOf, parseOrphans } from './orphanList';

export function registerDebugger(parts: Parts): vscode.Disposable {
  const provider = new Provider(parts);
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider(TYPE, provider),
    vscode.debug.registerDebugConfigurationProvider(
      TYPE, { provideDebugConfigurations: dynamicConfigurations },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory(TYPE, provider),
  );
}

class Provider implements vscode.DebugConfigurationProvider, vscode.DebugAdapterDescriptorFactory {
  private hasOpenedConsole = false;

  constructor(private readonly parts: Parts) {}

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return initialConfigurations() as vscode.DebugConfiguration[];
  }

  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined, given: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration | undefined {
    const config = fromShown(given, shownProgram());
    if (config === undefined) {
      void vscode.window.showInformationMessage('Open a notebook or a Python file to debug.');
    } else if (this.isOfNotebook(config)) {
      config.suppressMultipleSessionWarning ??= true; // the session that is there makes room: there is nothing to ask
      if (config.noDebug === true) config.orphanTimeout ??= KERNEL_WAITS_S;
    }
    return config as vscode.DebugConfiguration | undefined;
  }

  /** Whether what is to be launched is a notebook; variables are not substituted yet. */
  private isOfNotebook({ request, program = '' }: Configuration): boolean {
    const path = program === '${file}' ? shownProgram()?.program : program;
    return request === 'launch' && path !== undefined && this.parts.sessions.isOfNotebook(path);
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined, given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const { servers, otherKernels } = this.parts;
    const resource = resourceOf(folder, given);
    const isElsewhere = addressOf(given) !== undefined;
    const server = isElsewhere ? undefined : await servers.findOrOffer(resource, namesNoPython(given));
    if (server === undefined && !isElsewhere) return undefined;
    const config = completed(given, await servers.chosen(resource), folder?.uri.fsPath);
    if (!(await otherKernels.mayStart(config)) || !(await this.mayReplace(config))) return undefined;
    this.openConsole(config);
    const { kernelId, processId, jupyter, notebook } = config;
    if (server !== undefined && config.request === 'attach' && !kernelId && !processId && jupyter === undefined && !notebook) {
      const kernel = await pickOrphan(server);
      if (kernel === undefined) return undefined;
      if (kernel !== '') config.kernelId = kernel;
    }
    return config as vscode.DebugConfiguration;
  }

  /**
   * Have VS Code open the Debug Console, where what a file prints is, for the first session that is seen: it would for
   * the first of all, which a cell's Run may have begun.
   */
  private openConsole(config: Configuration): void {
    const isOfCells = vscode.workspace.notebookDocuments.some((it) => programOfUri(it.uri) === config.program);
    const isDefault = vscode.workspace.getConfiguration('debug').get('internalConsoleOptions') === 'openOnFirstSessionStart';
    if (this.hasOpenedConsole || isOfCells || config.__quiet === true || !isDefault) return;
    this.hasOpenedConsole = true;
    config.internalConsoleOptions ??= 'openOnSessionStart';
  }

  /** Whether a fresh kernel is meant where one that has run cells makes room for it; else that one runs what is to run. */
  private async mayReplace(config: Configuration): Promise<boolean> {
    const { request, program = '', name = '', noDebug, run = 'all', __begun } = config;
    if (request !== 'launch' || program === '' || __begun === true) return true;
    const [document = vscode.Uri.file(program)] = documentsOf(program); // a kernel may be kept with its notebook closed
    const hasKernel = this.parts.sessions.all.some((it) => it.program === program && (it.isQuiet || it.keepsKernel));
    if (hasKernel || this.parts.sessions.isOfNotebook(program)) await knownSession(this.parts, document); // its kernel may be handed back just now
    const sessions = replacedBy(program, this.parts.sessions.isOfNotebook(program), this.parts.sessions.all);
    const verb = noDebug === true ? 'Run' : 'Debug';
    const end = `${verb} in a Fresh Kernel`;
    const instead = sessions.every((it) => canRunIn(it.debug.configuration, config)) ? `${verb} in This Kernel` : undefined;
    const what = run === 'all' ? `${verb} all cells` : verb;
    const question = instead === undefined
      ? `End it? The configuration "${name}" sets what only a fresh one can have.` : `${what} in this kernel, or in a fresh one?`;
    const text = `${nameOf(program)} has a kernel in which code has run. ${question}`;
    const answer = await askedToEnd(sessions, { text, end, ...(instead && { instead }) });
    if (answer !== end && answer !== undefined) void runWhat(this.parts, document, noDebug === true, () => Promise.resolve(run as Run));
    return answer === end;
  }

  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    const address = addressOf(session.configuration);
    if (address !== undefined) return new vscode.DebugAdapterServer(address.port, address.host);
    const server = await this.parts.servers.find(resourceOf(session.workspaceFolder, session.configuration));
    if (server === undefined) throw new Error('No Python runs the debugger any more. Start again to see why.');
    const folder = session.workspaceFolder?.uri.fsPath;
    return new vscode.DebugAdapterExecutable(server.command, server.args, folder === undefined ? {} : { cwd: folder });
  }
}

/** The id of the kernel that is meant where several wait; "": the server says what there is; undefined: none is. */
async function pickOrphan(server: Candidate): Promise<string | undefined> {
  const waiting = parseOrphans(await ask(server, 'kernels').catch(() => ''));
  if (waiting.length < 2) return '';
  const picked = await vscode.window.showQuickPick(waiting.map(itemOf), {
    title: 'Kernels that wait for an editor', matchOnDescription: true,
  });
  return picked?.id;
}

function dynamicConfigurations(): vscode.DebugConfiguration[] {
  const config = fromShown({}, shownProgram());
  return config === undefined ? [] : [config as vscode.DebugConfiguration];
}

function shownProgram(): { program: string; kind: string } | undefined {
  const it = shown();
  return it && { program: programOfUri(it.uri), kind: it.kind };
}

/** What settings and interpreter are looked up for. */
function resourceOf(folder: vscode.WorkspaceFolder | undefined, config: vscode.DebugConfiguration): vscode.Uri | undefined {
  const { program }: { program?: unknown } = config as { program?: unknown };
  return typeof program === 'string' && program !== '' ? vscode.Uri.file(program) : folder?.uri;
}
