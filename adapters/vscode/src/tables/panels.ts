// The panels of tables: which there are, when they look again, how they are opened and come back with a window.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { throttled } from '../views/throttle';
import { onVariables } from './changes';
import { html } from './html';
import type { Remembered } from './messages';
import type { Shown } from './value';
import { UNORDERED, Viewer, type Restored } from './viewer';

const TYPE = 'dap-kernel.table';
const PAUSE_MS = 300; // cells that run one after the other are looked at a few times a second

export class Panels implements vscode.Disposable {
  private readonly open = new Map<Viewer, () => void>(); // and how it is refreshed
  private readonly registration: vscode.Disposable;

  constructor(private readonly parts: Parts) {
    this.registration = vscode.Disposable.from(
      onVariables(parts.sessions, (session, isBusy) => {
        for (const [viewer, refresh] of this.open) {
          if (!session.isOf(viewer.shown.uri)) continue;
          if (isBusy) viewer.tellBusy();
          else refresh();
        }
      }),
      vscode.debug.onDidChangeActiveStackItem(() => this.stackChanged()),
      vscode.window.registerWebviewPanelSerializer(TYPE, { deserializeWebviewPanel: (panel, state) => this.restore(panel, state) }),
    );
  }

  /** Show a table, in the panel that it has already. */
  show(shown: Shown): void {
    const known = [...this.open.keys()].find((it) => keyOf(it.shown) === keyOf(shown));
    if (known !== undefined) {
      known.panel.reveal();
      return;
    }
    const panel = vscode.window.createWebviewPanel(TYPE, titleOf(shown), vscode.ViewColumn.Active, { retainContextWhenHidden: true, enableFindWidget: false });
    this.take(panel, shown);
  }

  dispose(): void {
    this.registration.dispose();
    for (const it of this.open.keys()) it.panel.dispose();
  }

  private restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { uri, expression, frame, order = UNORDERED, isPath } = (state ?? {}) as Partial<Remembered>;
    if (uri === undefined || expression === undefined) panel.dispose(); // it never had a table
    else this.take(panel, { uri: vscode.Uri.parse(uri, true), expression, frame }, { order, isPath });
    return Promise.resolve();
  }

  private take(panel: vscode.WebviewPanel, shown: Shown, restored?: Restored): void {
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(this.parts.context.extensionUri, 'dist');
    const viewer = new Viewer(this.parts, shown, panel, restored);
    this.open.set(viewer, throttled(() => void viewer.refresh(), PAUSE_MS));
    panel.onDidDispose(() => this.open.delete(viewer));
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const at = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    webview.html = html(webview.cspSource, at('table.js'), at('table.css'));
  }

  /** What is a function's own is there only while a frame of it is looked at. */
  private stackChanged(): void {
    for (const [viewer, refresh] of this.open) if (viewer.shown.frame !== undefined) refresh();
  }
}

function keyOf({ uri, expression, frame }: Shown): string {
  return JSON.stringify([uri.toString(), expression, frame?.name, frame?.path]);
}

function titleOf({ expression, frame }: Shown): string {
  return frame === undefined ? expression : `${expression} in ${frame.name}`;
}
