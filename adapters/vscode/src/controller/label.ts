// What the kernel of the notebook in front is called: its Python, and the environment of that.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { FACTS, labelOf, parseFacts } from '../server/facts';
import { asked, interpreterAt } from '../server/machine';
import { throttled } from '../views/throttle';

const NAME = 'dap-kernel';
const PAUSE_MS = 500; // sessions change often

export function registerLabel(parts: Parts, controller: vscode.NotebookController): vscode.Disposable {
  const label = new Label(parts, controller);
  const look = throttled(() => void label.look(), PAUSE_MS);
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveNotebookEditor(look), parts.sessions.onDidChange(look),
    vscode.workspace.onDidChangeConfiguration((it) => it.affectsConfiguration('dap-kernel') && look()),
  );
}

class Label {
  private readonly known = new Map<string, Promise<string>>(); // by the interpreter's path
  private shown: string | undefined; // the path
  private turn = 0;

  constructor(private readonly parts: Parts, private readonly controller: vscode.NotebookController) {}

  /** Show the Python that the notebook in front runs on, or would. */
  async look(): Promise<void> {
    const notebook = vscode.window.activeNotebookEditor?.notebook.uri;
    if (notebook === undefined) return;
    const turn = ++this.turn;
    const path = this.parts.sessions.of(notebook)?.python ?? await this.chosen(notebook);
    if (path === this.shown || turn !== this.turn) return;
    const about = path === undefined ? '' : await this.aboutOf(path);
    if (turn !== this.turn) return; // another notebook is in front
    this.shown = path;
    this.controller.label = about === '' ? NAME : `${NAME}: ${about}`;
    this.controller.detail = path ?? '';
  }

  private async chosen(notebook: vscode.Uri): Promise<string | undefined> {
    const chosen = await this.parts.servers.chosen(notebook);
    return chosen === undefined ? undefined : interpreterAt(chosen, process.platform);
  }

  private aboutOf(path: string): Promise<string> {
    const known = this.known.get(path) ?? asked(path, ['-c', FACTS]).then(({ printed }) => {
      const facts = parseFacts(printed);
      return facts === undefined ? '' : labelOf(facts);
    });
    this.known.set(path, known);
    return known;
  }
}
