// The LSP companion: CodeLenses of cells, live values, what the debugger knows. It is optional: it needs pygls.
import * as vscode from 'vscode';
import { LanguageClient, type StaticFeature } from 'vscode-languageclient/node';
import { start } from '../debug/start';
import type { Parts } from '../parts';
import type { Run } from '../protocol';
import { problemOf } from '../server/interpreter';
import type { Candidate } from '../server/discovery';
import { synced } from '../sync';
import { hasCells } from './notebooks';

const CELL = 'vscode-notebook-cell';

/** The companion asks for a session of a notebook that has none. */
interface StartParams {
  uri: string;
  run?: Run;
  debug?: boolean;
}

export function registerCompanion(parts: Parts): vscode.Disposable {
  const companion = new Companion(parts);
  const look = (): void => void companion.begin();
  look();
  return vscode.Disposable.from(
    companion, vscode.workspace.onDidOpenTextDocument(look), vscode.workspace.onDidOpenNotebookDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
    parts.sessions.onDidInitialize(() => void companion.retry()), // it may have been installed meanwhile
    vscode.workspace.onDidChangeConfiguration((it) => {
      if (it.affectsConfiguration('dap-kernel')) void companion.again();
    }),
  );
}

class Companion implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private state: 'unknown' | 'trying' | 'missing' | 'running' = 'unknown';

  constructor(private readonly parts: Parts) {}

  /** Start it when the first notebook is open. */
  async begin(): Promise<void> {
    const isWanted = vscode.workspace.getConfiguration('dap-kernel').get<boolean>('languageServer') !== false;
    if (this.state !== 'unknown' || !isWanted || !isNotebookOpen()) return;
    this.state = 'trying';
    try {
      this.client = await this.launch();
    } catch (error) {
      this.parts.log.error(error instanceof Error ? error : String(error));
    }
    this.state = this.client === undefined ? 'missing' : 'running';
  }

  /** Look once more where there was none. */
  async retry(): Promise<void> {
    if (this.state !== 'missing') return;
    this.state = 'unknown';
    await this.begin();
  }

  /** A setting has changed. */
  async again(): Promise<void> {
    const old = this.client;
    this.client = undefined;
    if (this.state !== 'trying') this.state = 'unknown';
    await old?.stop();
    await this.begin();
  }

  dispose(): void {
    void this.client?.stop();
  }

  private async launch(): Promise<LanguageClient | undefined> {
    const server = await this.parts.servers.find(vscode.workspace.workspaceFolders?.[0]?.uri);
    const problem = server === undefined ? 'no server' : await problemOf(server.command, probe(server));
    if (server === undefined || problem !== undefined) {
      this.parts.log.info(`no LSP companion: install dap-kernel[lsp] for the CodeLenses of cells (${problem ?? ''})`);
      return undefined;
    }
    const args = server.args.map((it) => (it === 'dap' ? 'lsp' : it));
    const client = new LanguageClient('dap-kernel', 'dap-kernel (LSP)', { command: server.command, args }, {
      documentSelector: [
        { language: 'python', scheme: 'file' }, { language: 'python', scheme: 'untitled' },
        { notebook: 'jupyter-notebook', language: 'python' },
      ],
      outputChannel: this.parts.log,
      middleware: { // a cell of the notebook editor has buttons of its own
        provideCodeLenses: (document, token, next) => document.uri.scheme === CELL ? [] : next(document, token),
      },
    });
    client.registerFeature(announce({ dapKernelStart: true }));
    client.onNotification('dap-kernel/start', (it: StartParams) => void this.start(it));
    await client.start();
    return client;
  }

  private async start({ uri, run = 'stale', debug = true }: StartParams): Promise<void> {
    try {
      const document = documentOf(vscode.Uri.parse(uri, true));
      const session = this.parts.sessions.of(document) ?? (await start(this.parts, document));
      await synced(session);
      await session.request('notebookRun', { run, noDebug: !debug });
    } catch (error) {
      void vscode.window.showErrorMessage(`dap-kernel: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** How the server's interpreter tells whether it can be a companion. */
function probe({ interpreter }: Candidate): string[] {
  return interpreter === undefined ? ['lsp', '--help'] : ['-c', 'import pygls, dap_kernel.lsp'];
}

function announce(experimental: Record<string, unknown>): StaticFeature {
  return {
    fillClientCapabilities: (it) => void (it.experimental = { ...(it.experimental as object | undefined), ...experimental }),
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  };
}

function isNotebookOpen(): boolean {
  const { notebookDocuments, textDocuments } = vscode.workspace;
  return notebookDocuments.some((it) => it.notebookType === 'jupyter-notebook')
    || textDocuments.some((it) => it.languageId === 'python' && hasCells(it.getText()));
}

/** The notebook of a cell's URI; other URIs are documents themselves. */
function documentOf(uri: vscode.Uri): vscode.Uri {
  const ofCell = (it: vscode.NotebookDocument): boolean =>
    it.getCells().some((cell) => cell.document.uri.toString() === uri.toString());
  return vscode.workspace.notebookDocuments.find(ofCell)?.uri ?? uri;
}
