// What the kernel of the notebook in front is called: its Python, and the environment of that.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { FACTS, labelOf, parseFacts } from '../server/facts';
import { asked, interpreterAt, stampOf } from '../server/machine';
import { onDidSelect } from '../server/python';
import { throttled } from '../views/throttle';

const NAME = 'dap-kernel';
const NOT_CHOSEN = 'No Python is chosen: the debugger looks for one';
const PAUSE_MS = 500; // sessions change often

export function registerLabel(parts: Parts, controller: vscode.NotebookController): vscode.Disposable {
  const label = new Label(parts, controller);
  const look = throttled(() => void label.look(), PAUSE_MS);
  look();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveNotebookEditor(look), parts.sessions.onDidChange(look), onDidSelect(look),
    vscode.workspace.onDidChangeConfiguration((it) => it.affectsConfiguration('dap-kernel') && look()),
  );
}

class Label {
  private readonly known = new Map<string, { stamp: string; name: string }>(); // by the interpreter's path
  private turn = 0;

  constructor(private readonly parts: Parts, private readonly controller: vscode.NotebookController) {}

  /** Show the Python that the notebook in front runs on, or would. */
  async look(): Promise<void> {
    const notebook = vscode.window.activeNotebookEditor?.notebook.uri;
    if (notebook === undefined) return;
    const turn = ++this.turn;
    const session = this.parts.sessions.of(notebook);
    if (session?.isElsewhere === true) { // its Python may be on another machine: here nobody can ask it
      this.show(NAME, session.python ?? '');
      return;
    }
    const path = session?.python ?? await this.chosen(notebook);
    const name = path === undefined ? undefined : await this.nameOf(path);
    if (turn !== this.turn) return; // another notebook is in front, or it is looked at again
    const detail = path === undefined ? NOT_CHOSEN : name === undefined ? `${path} is no Python that can be run` : path;
    this.show(name === undefined ? NAME : `${NAME}: ${name}`, detail);
  }

  /** VS Code draws it anew each time. */
  private show(label: string, detail: string): void {
    if (this.controller.label !== label) this.controller.label = label;
    if (this.controller.detail !== detail) this.controller.detail = detail;
  }

  private async chosen(notebook: vscode.Uri): Promise<string | undefined> {
    const chosen = await this.parts.servers.chosen(notebook);
    return chosen === undefined ? undefined : interpreterAt(chosen);
  }

  /** What a Python calls itself; undefined: it says nothing, and is asked again the next time. */
  private async nameOf(path: string): Promise<string | undefined> {
    const stamp = await stampOf(path);
    const known = this.known.get(path);
    if (known !== undefined && known.stamp === stamp) return known.name;
    const facts = parseFacts((await asked(path, ['-c', FACTS])).printed);
    if (facts === undefined) return undefined;
    const name = labelOf(facts);
    if (stamp !== undefined) this.known.set(path, { stamp, name });
    return name;
  }
}
