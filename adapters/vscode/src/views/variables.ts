// The view "Notebook Variables": those of the kernel of the notebook in front, with a debugger or without.
import * as vscode from 'vscode';
import { nameOf } from '../debug/configuration';
import { asError } from '../errors';
import type { Parts } from '../parts';
import type { Requests } from '../protocol';
import type { NotebookSession } from '../session';
import { isBusy, onVariables } from '../tables/changes';
import type { Front } from '../tables/front';
import type { NotebookVariable } from '../tables/tableProtocol';
import { throttled } from './throttle';
import { descriptionOf, iconOf } from './variableTexts';

const VIEW = 'dap-kernel.variables';
const PAUSE_MS = 300; // cells that run one after the other are looked at a few times a second
const MOST = 200; // children

/** A row: a variable, or what is in one. */
export interface Listed {
  session: NotebookSession;
  variable: NotebookVariable;
  /** Names from the notebook down to it. */
  path: string;
}

export function registerVariables({ sessions }: Parts, front: Front): vscode.Disposable {
  const variables = new Variables(front);
  return vscode.Disposable.from(
    variables,
    onVariables(sessions, (session, cannotAsk) => session === front.session || front.session === undefined ? variables.changed(cannotAsk) : undefined),
    front.onDidChange(() => variables.changed(false)),
    vscode.commands.registerCommand('dap-kernel.showVariables', () => variables.show()),
    vscode.commands.registerCommand('dap-kernel.copyVariable', (it: Listed) => copyValue(it)),
  );
}

class Variables implements vscode.TreeDataProvider<Listed>, vscode.Disposable {
  private readonly refreshed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.refreshed.event;
  private readonly view = vscode.window.createTreeView(VIEW, { treeDataProvider: this });
  private readonly refresh = throttled(() => this.refreshed.fire(undefined), PAUSE_MS);
  private known: { session: NotebookSession; rows: Listed[] } | undefined;

  constructor(private readonly front: Front) {}

  changed(cannotAsk: boolean): void {
    if (this.front.session !== undefined) void vscode.commands.executeCommand('setContext', 'dapKernel.hasVariables', true);
    if (cannotAsk) this.view.message = this.busyText();
    else this.refresh();
  }

  async show(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'dapKernel.hasVariables', true);
    await vscode.commands.executeCommand(`${VIEW}.focus`);
  }

  dispose(): void {
    this.view.dispose();
    this.refreshed.dispose();
  }

  getTreeItem({ variable, path }: Listed): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(variable.name, (variable.variablesReference ?? 0) > 0 ? Collapsed : None);
    item.id = path;
    item.description = descriptionOf(variable);
    item.tooltip = `${variable.name}: ${variable.type}\n${variable.value}`;
    item.iconPath = new vscode.ThemeIcon(iconOf(variable));
    item.contextValue = variable.isTable === true ? 'table' : 'value';
    return item;
  }

  async getChildren(parent?: Listed): Promise<Listed[]> {
    return parent === undefined ? this.all() : childrenOf(parent);
  }

  private async all(): Promise<Listed[]> {
    const { session, uri } = this.front;
    this.view.description = uri === undefined ? '' : nameOf(uri.path);
    if (session === undefined) {
      this.known = undefined;
      this.view.message = uri === undefined
        ? 'Run a cell of a notebook, and its variables are shown here.' : `${nameOf(uri.path)} has no kernel. Run a cell, and its variables are shown here.`;
      return [];
    }
    try {
      const { variables, more = 0 } = await session.request('notebookVariables', {});
      const rows = variables.map((variable) => ({ session, variable, path: variable.name }));
      this.known = { session, rows };
      this.view.message = rows.length === 0 ? 'The notebook has no variables yet.' : more > 0 ? `${more.toLocaleString('en')} more are not shown.` : '';
      return rows;
    } catch (error) {
      this.view.message = isBusy(session.kernel) ? this.busyText() : asError(error).message;
      return this.known?.session === session ? this.known.rows : [];
    }
  }

  private busyText(): string {
    return this.known?.session === this.front.session ? 'The kernel is busy: these are the values from before.' : 'The kernel is busy: the variables are shown when it is done.';
  }
}

async function childrenOf({ session, variable, path }: Listed): Promise<Listed[]> {
  try {
    const { variablesReference = 0, indexedVariables = 0 } = variable;
    const isLong = indexedVariables > MOST;
    const ask = (part: object): Promise<Requests['variables']['body']> => session.request('variables', { variablesReference, ...part });
    const parts = isLong ? [await ask({ filter: 'named' }), await ask({ filter: 'indexed', start: 0, count: MOST })] : [await ask({})];
    const rows = parts.flatMap((it) => it.variables).map((it, at) => {
      const child = { ...it, isTable: it.__vscodeVariableMenuContext === 'table' };
      return { session, variable: child, path: `${path}\n${at} ${it.name}` };
    });
    if (!isLong) return rows;
    const more = { name: '…', type: '', value: `${(indexedVariables - MOST).toLocaleString('en')} more`, variablesReference: 0 };
    return [...rows, { session, variable: more, path: `${path}\nmore` }];
  } catch {
    return []; // something runs: its end shows them anew
  }
}

/** The whole value to the clipboard, as the debugger's Copy Value has it. */
async function copyValue({ session, variable }: Listed): Promise<void> {
  const { evaluateName, value } = variable;
  const evaluated = evaluateName === undefined
    ? undefined : await session.request('evaluate', { expression: evaluateName, context: 'clipboard' }).catch(() => undefined);
  await vscode.env.clipboard.writeText(evaluated?.result ?? value);
}
