// Variables of the notebook and tables: the view, the viewer, and the ways in which a table is opened.
import * as vscode from 'vscode';
import { asError } from '../errors';
import type { Parts } from '../parts';
import { registerVariables, type Listed } from '../views/variables';
import { documentOfSession, Front } from './front';
import { Panels } from './panels';
import type { NotebookVariable } from './tableProtocol';
import { functionAt } from './target';

export function registerTables(parts: Parts): vscode.Disposable {
  const front = new Front(parts);
  const panels = new Panels(parts);
  return vscode.Disposable.from(
    front, panels, registerVariables(parts, front),
    vscode.commands.registerCommand('dap-kernel.showTable', () => choose(front, panels).catch(tell)),
    vscode.commands.registerCommand('dap-kernel.showVariableTable', (it) => showOf(parts, panels, it).catch(tell)),
  );
}

/** Ask for a name among the notebook's tables; any expression will do. */
async function choose(front: Front, panels: Panels): Promise<void> {
  const { session, uri } = front;
  if (session === undefined || uri === undefined) {
    void vscode.window.showInformationMessage('There is no kernel whose tables could be shown. Run a cell, or press F5, to begin.');
    return;
  }
  const { variables } = await session.request('notebookVariables', {}).catch(() => ({ variables: [] })); // it is busy
  const tables = variables.filter((it) => it.isTable === true).map((it) => ({
    label: it.name, description: [it.type, it.shape].filter(Boolean).join(' '), expression: it.evaluateName ?? it.name,
  }));
  const expression = await picked(tables);
  if (expression !== undefined) panels.show({ uri, expression });
}

interface Choice extends vscode.QuickPickItem {
  expression: string;
}

/** One of `tables`, or what is typed. */
function picked(tables: Choice[]): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Choice>();
  pick.title = 'Show Table';
  pick.placeholder = tables.length > 0 ? 'A variable, or an expression such as df.describe()' : 'No variable is a table: type an expression, such as df.describe()';
  pick.items = tables;
  pick.onDidChangeValue((typed) => {
    const isKnown = typed.trim() === '' || tables.some((it) => it.label === typed.trim());
    pick.items = isKnown ? tables : [...tables, { label: typed, description: 'this expression', expression: typed.trim(), alwaysShow: true }];
  });
  return new Promise((done) => {
    pick.onDidAccept(() => {
      done(pick.selectedItems[0]?.expression);
      pick.hide();
    });
    pick.onDidHide(() => {
      done(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

/** What VS Code gives a command of the debugger's Variables view. */
interface OfDebugger {
  sessionId: string;
  container?: { name?: string };
  variable: NotebookVariable;
}

/** Show what a menu was opened for, in the view of ours or in the debugger's. */
async function showOf(parts: Parts, panels: Panels, argument: unknown): Promise<void> {
  const it = (argument ?? {}) as Partial<Listed & OfDebugger>;
  const expression = it.variable?.evaluateName ?? '';
  const session = it.session ?? parts.sessions.all.find(({ debug }) => debug.id === it.sessionId);
  if (session === undefined || it.variable === undefined) return;
  if (expression === '') {
    void vscode.window.showInformationMessage(`There is no expression for ${it.variable.name}: give it a name to see it as a table.`);
    return;
  }
  const frame = it.session === undefined ? await functionAt(session) : undefined;
  panels.show({ uri: documentOfSession(session), expression, frame });
}

function tell(error: unknown): void {
  void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
}

