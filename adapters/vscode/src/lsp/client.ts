// The LSP companion: CodeLenses of cells, live values, what the debugger knows.
import * as vscode from 'vscode';
import { LanguageClient, type StaticFeature } from 'vscode-languageclient/node';
import { asError } from '../errors';
import { runWhat } from '../files/runs';
import type { Parts } from '../parts';
import type { Run } from '../protocol';
import { companionProbe, withCommand } from '../server/discovery';
import { asked } from '../server/machine';
import { documentOf } from '../views/places';
import { actionsAsOurs, asOurs, hasJupyters } from './lenses';
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
  const look = (): void => companion.begin();
  look();
  return vscode.Disposable.from(
    companion, vscode.workspace.onDidOpenTextDocument(look), vscode.workspace.onDidOpenNotebookDocument(look),
    vscode.workspace.onDidSaveTextDocument(look),
    parts.sessions.onDidInitialize(() => companion.retry()), // it may have been installed meanwhile
    vscode.workspace.onDidChangeConfiguration((it) => {
      if (it.affectsConfiguration('dap-kernel')) companion.again();
    }),
  );
}

class Companion implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private isMissing = false;
  private isDisposed = false;
  private doing: Promise<void> = Promise.resolve();

  constructor(private readonly parts: Parts) {}

  /** Start it when the first notebook is open. */
  begin(): void {
    this.next(() => this.open());
  }

  /** Look once more where there was none. */
  retry(): void {
    this.next(() => this.open(this.isMissing));
  }

  /** A setting has changed. */
  again(): void {
    this.next(async () => {
      await this.close();
      await this.open(true);
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.next(() => this.close());
  }

  /** Do one thing after the other: a client that starts cannot be stopped. */
  private next(act: () => Promise<void>): void {
    this.doing = this.doing.then(act).catch((error: unknown) => this.parts.log.error(asError(error)));
  }

  private async open(isAnew = false): Promise<void> {
    const isWanted = vscode.workspace.getConfiguration('dap-kernel').get<boolean>('languageServer') !== false;
    if (this.client !== undefined || this.isDisposed || !isWanted || !isNotebookOpen()) return;
    if (this.isMissing && !isAnew) return;
    this.isMissing = true;
    this.client = await this.launch();
    this.isMissing = this.client === undefined;
  }

  private async close(): Promise<void> {
    const old = this.client;
    this.client = undefined;
    await old?.stop();
  }

  private async launch(): Promise<LanguageClient | undefined> {
    const server = await this.parts.servers.find(vscode.workspace.workspaceFolders?.[0]?.uri);
    const probe = server && companionProbe(server);
    const problem = server === undefined ? 'no server' : probe && (await asked(server.command, probe)).problem;
    if (server === undefined || problem !== undefined) {
      this.parts.log.info(`no LSP companion: ${problem ?? ''}`);
      return undefined;
    }
    const args = withCommand(server, 'lsp');
    const client = new LanguageClient('dap-kernel', 'dap-kernel (LSP)', { command: server.command, args }, {
      documentSelector: [
        { language: 'python', scheme: 'file' }, { language: 'python', scheme: 'untitled' },
        { notebook: 'jupyter-notebook', language: 'python' },
      ],
      outputChannel: this.parts.log,
      middleware: { // a cell of the notebook editor has buttons of its own
        provideCodeLenses: async (document, token, next) => {
          if (document.uri.scheme === CELL || hasJupyters(document)) return [];
          return asOurs((await next(document, token)) ?? [], document.uri);
        },
        provideCodeActions: async (document, range, context, token, next) => {
          if (document.uri.scheme === CELL) return [];
          return actionsAsOurs((await next(document, range, context, token)) ?? [], document.uri, range.start.line + 1);
        },
      },
    });
    client.registerFeature(announce({ dapKernelStart: true }));
    client.onNotification('dap-kernel/start', (it: StartParams) => void this.start(it));
    await client.start();
    return client;
  }

  /** What another command of the companion asks for a notebook that has no session. */
  private async start({ uri, run = 'stale', debug = true }: StartParams): Promise<void> {
    await runWhat(this.parts, documentOf(vscode.Uri.parse(uri, true)), !debug, () => Promise.resolve(run));
  }
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

