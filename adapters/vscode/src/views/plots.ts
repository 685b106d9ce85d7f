// The view "Plots": the images that a session drew, newest first; a click goes to the line that drew one.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { Gallery, page } from './gallery';
import { shifted } from './lines';
import { isAt, reveal, textOf } from './places';
import { throttled } from './throttle';

const VIEW = 'dap-kernel.plots';
const PAUSE_MS = 300; // a plot that is updated in a loop is drawn a few times a second

export function registerPlots({ sessions }: Parts): vscode.Disposable {
  const plots = new Plots();
  return vscode.Disposable.from(
    vscode.window.registerWebviewViewProvider(VIEW, plots, { webviewOptions: { retainContextWhenHidden: true } }),
    sessions.onDidInitialize((session) => session.on('notebookDisplay', (it) => plots.add(session.debug.id, it))),
    vscode.workspace.onDidChangeTextDocument((it) => plots.shift(it)),
    vscode.commands.registerCommand('dap-kernel.clearPlots', () => plots.clear()),
  );
}

class Plots implements vscode.WebviewViewProvider {
  private readonly gallery = new Gallery();
  private view: vscode.WebviewView | undefined;
  private readonly draw = throttled(() => this.drawNow(), PAUSE_MS);

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [] };
    view.onDidDispose(() => (this.view = undefined));
    view.webview.onDidReceiveMessage((told: number | 'ready') => {
      if (told === 'ready') void view.webview.postMessage(this.gallery.drawing(true));
      else this.go(told);
    });
    view.webview.html = page();
  }

  add(session: string, body: Parameters<Gallery['add']>[1]): void {
    if (this.gallery.add(session, body)) this.draw();
  }

  clear(): void {
    this.gallery.clear();
    this.draw();
  }

  /** Stay with the lines' text. */
  shift({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    for (const it of this.gallery.all) {
      if (it.line !== undefined && isAt(document, it.source)) it.line = shifted(it.line, contentChanges, textOf(document));
    }
  }

  private go(id: number): void {
    const { source, line } = this.gallery.find(id) ?? {};
    if (source !== undefined && line !== undefined) void reveal(source, line);
  }

  private drawNow(): void {
    void vscode.commands.executeCommand('setContext', 'dapKernel.hasPlots', this.gallery.all.length > 0);
    void this.view?.webview.postMessage(this.gallery.drawing());
  }
}
