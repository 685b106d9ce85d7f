// Plots: the images that a session drew and the tables of files, newest first; a click goes to the line that drew one.
// They are in a view; what a file draws is in a tab beside it as well, for a file has no place to show it.
import * as vscode from 'vscode';
import { asError } from '../errors';
import type { Parts } from '../parts';
import type { DisplayBody } from '../protocol';
import type { NotebookSession } from '../session';
import { fileOf, Gallery } from './gallery';
import { page, type Told } from './galleryPage';
import { shifted } from './lines';
import { isAt, reveal, textOf } from './places';
import { throttled } from './throttle';

const VIEW = 'dap-kernel.plots';
const PAUSE_MS = 300; // a plot that is updated in a loop is drawn a few times a second

export function registerPlots({ sessions }: Parts): vscode.Disposable {
  const plots = new Plots();
  return vscode.Disposable.from(
    plots,
    vscode.window.registerWebviewViewProvider(VIEW, plots, { webviewOptions: { retainContextWhenHidden: true } }),
    sessions.onDidInitialize((session) => session.on('notebookDisplay', (it) => plots.add(session, it))),
    vscode.workspace.onDidChangeTextDocument((it) => plots.shift(it)),
    vscode.commands.registerCommand('dap-kernel.clearPlots', () => plots.clear()),
    vscode.commands.registerCommand('dap-kernel.showPlots', () => plots.open(false)),
  );
}

class Plots implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly gallery = new Gallery();
  private view: vscode.WebviewView | undefined;
  private tab: vscode.WebviewPanel | undefined;
  private readonly badge = vscode.window.createStatusBarItem('dap-kernel.plots', vscode.StatusBarAlignment.Left, 9);
  private readonly opened = new Set<string>(); // kernels whose first plot has opened the tab
  private unseen = 0;
  private readonly draw = throttled(() => this.drawNow(), PAUSE_MS);

  constructor() {
    this.badge.name = 'dap-kernel: Plots';
    this.badge.command = 'dap-kernel.showPlots';
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.onDidDispose(() => (this.view = undefined));
    view.onDidChangeVisibility(() => this.look());
    this.fill(view.webview, false);
    this.look();
  }

  add(session: NotebookSession, body: DisplayBody): void {
    const kernel = kernelOf(session);
    if (!this.gallery.add(kernel, body, !session.hasCells)) return;
    if (!session.hasCells && !this.opened.has(kernel)) {
      this.opened.add(kernel);
      this.open(true);
    }
    if (body.update !== true && !session.hasCells) this.unseen += 1; // those of cells are seen there
    this.look();
    this.draw();
  }

  clear(): void {
    this.gallery.clear();
    this.unseen = 0;
    this.look();
    this.draw();
  }

  /** Show the plots beside the editor in front, at a size that can be looked at; `at`: from that one on. */
  open(preserveFocus: boolean, at?: number): void {
    if (this.tab !== undefined) {
      this.tab.reveal(undefined, preserveFocus);
      void this.tab.webview.postMessage({ ...this.gallery.drawing(true), at });
      return;
    }
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus };
    const tab = vscode.window.createWebviewPanel('dap-kernel.plotsTab', 'Plots', where, { retainContextWhenHidden: true });
    this.tab = tab;
    tab.onDidDispose(() => (this.tab = undefined));
    tab.onDidChangeViewState(() => this.look());
    this.fill(tab.webview, true, at);
    this.look();
  }

  /** Stay with the lines' text. */
  shift({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    for (const it of this.gallery.all) {
      if (it.line !== undefined && isAt(document, it.source)) it.line = shifted(it.line, contentChanges, textOf(document));
    }
  }

  dispose(): void {
    this.badge.dispose();
    this.tab?.dispose();
  }

  private fill(webview: vscode.Webview, isLarge: boolean, at?: number): void {
    webview.options = { enableScripts: true, localResourceRoots: [] };
    webview.onDidReceiveMessage((told: Told) => {
      if (told === 'ready') void webview.postMessage({ ...this.gallery.drawing(true), at });
      else if (told.act === 'enlarge') this.open(false, told.id);
      else if (told.act === 'save') void save(this.gallery.find(told.id));
      else this.go(told.id);
    });
    webview.html = page(isLarge);
  }

  private go(id: number): void {
    const { source, line } = this.gallery.find(id) ?? {};
    if (source !== undefined && line !== undefined) void reveal(source, line);
  }

  private drawNow(): void {
    void vscode.commands.executeCommand('setContext', 'dapKernel.hasPlots', this.gallery.all.length > 0);
    const drawing = this.gallery.drawing();
    for (const it of [this.view, this.tab]) void it?.webview.postMessage(drawing);
  }

  /** Say how many plots nobody has seen yet, where the view and the tab are hidden. */
  private look(): void {
    if (this.view?.visible === true || this.tab?.visible === true) this.unseen = 0;
    const tooltip = `${this.unseen} new ${this.unseen === 1 ? 'plot' : 'plots'}: click to look`;
    if (this.view !== undefined) this.view.badge = this.unseen === 0 ? undefined : { value: this.unseen, tooltip };
    this.badge.text = `$(graph) ${this.unseen}`;
    this.badge.tooltip = tooltip;
    if (this.unseen === 0) this.badge.hide();
    else this.badge.show();
  }
}

/** A name of the kernel that draws, which may have one session after another. */
function kernelOf({ program, kernelId, debug }: NotebookSession): string {
  return kernelId === undefined ? debug.id : `${program} ${kernelId}`;
}

/** Save a plot where the user says. */
async function save(plot: ReturnType<Gallery['find']>): Promise<void> {
  if (plot === undefined) return;
  const { name, data } = fileOf(plot);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('');
  const to = await vscode.window.showSaveDialog({ title: 'Save the plot', defaultUri: vscode.Uri.joinPath(folder, name) });
  if (to === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(to, data);
  } catch (error) {
    void vscode.window.showErrorMessage(`dap-kernel: the plot was not saved: ${asError(error).message}`);
  }
}
