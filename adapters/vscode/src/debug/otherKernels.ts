// A notebook of another kernel: debugging it starts one of ours, which has none of its names.
import * as vscode from 'vscode';
import { nameOf, type Configuration } from './configuration';
import { programOfUri } from './program';

const OUR_KERNEL = { id: 'dap-kernel', extension: 'dap-kernel.dap-kernel' };
const ANSWERED = 'dap-kernel.besideOtherKernel'; // URIs, in the workspace's state

/** The part of the Jupyter extension's API that is used. */
interface JupyterExtension {
  kernels?: { getKernel(uri: vscode.Uri): Promise<object | undefined> };
}

export class OtherKernels implements vscode.Disposable {
  /** URIs of notebooks for which ours is selected. */
  private readonly ours = new Set<string>();
  /** URIs of notebooks in which another one has run a cell. */
  private readonly others = new Set<string>();
  private readonly watching: vscode.Disposable;

  constructor(private readonly memory: vscode.Memento) {
    this.watching = vscode.workspace.onDidChangeNotebookDocument(({ notebook, cellChanges }) => {
      const hasRun = cellChanges.some((it) => it.executionSummary?.timing !== undefined);
      if (hasRun && !this.ours.has(notebook.uri.toString())) this.others.add(notebook.uri.toString());
    });
  }

  /** Called by our controller when it is selected, or another one is. */
  select(notebook: vscode.Uri, isOurs: boolean): void {
    const uri = notebook.toString();
    if (isOurs) this.ours.add(uri);
    else this.ours.delete(uri);
    this.others.delete(uri);
  }

  /** Ask, once a notebook, whether a kernel of ours beside the other is meant; false: not to start. */
  async mayStart(config: Configuration): Promise<boolean> {
    const notebook = vscode.workspace.notebookDocuments.find((it) => programOfUri(it.uri) === config.program);
    if (notebook === undefined || config.request !== 'launch') return true;
    if (!(await this.hasOther(notebook))) {
      await this.selectOurs(notebook);
      return true;
    }
    const uri = notebook.uri.toString();
    const answered = this.memory.get<string[]>(ANSWERED, []);
    if (answered.includes(uri)) return true;
    const runsAll = config['run'] === undefined || config['run'] === 'all';
    const what = runsAll ? 'All cells run' : 'What "run" of the configuration names runs';
    const answer = await vscode.window.showInformationMessage(
      `Another kernel is selected for ${nameOf(notebook.uri.path)}. Debug it in a kernel of dap-kernel?`,
      {
        modal: true,
        detail: `${what}, in a new kernel that does not have the variables of the selected one. What is printed goes to `
          + 'the Debug Console: to have it in the cells, select the kernel "dap-kernel" first. You are asked once for each notebook.',
      }, runsAll ? 'Run All Cells and Debug' : 'Debug',
    );
    if (answer === undefined) return false;
    await this.memory.update(ANSWERED, [...answered, uri]);
    return true;
  }

  /** Have what runs shown in the cells: that is for the selected kernel alone. */
  async selectOurs(notebook: vscode.NotebookDocument): Promise<void> {
    const notebookEditor = vscode.window.visibleNotebookEditors.find((it) => it.notebook === notebook);
    if (notebookEditor === undefined || this.ours.has(notebook.uri.toString())) return;
    await vscode.commands.executeCommand('notebook.selectKernel', { notebookEditor, ...OUR_KERNEL });
  }

  dispose(): void {
    this.watching.dispose();
  }

  private async hasOther(notebook: vscode.NotebookDocument): Promise<boolean> {
    const uri = notebook.uri.toString();
    if (this.ours.has(uri)) return false;
    const hasOne = this.others.has(uri) || (await hasSelected(notebook)) || (await hasJupyterKernel(notebook.uri));
    return hasOne && !this.ours.has(uri); // the run of a cell may have selected ours meanwhile
  }
}

/**
 * Whether a kernel is selected in the notebook's editor, the one in front. No API tells that; this command does: with
 * the flag it answers yes if there is one, and where not it finds no kernel of this id and does nothing. A VS Code
 * that does not know the flag always answers no.
 */
async function hasSelected(notebook: vscode.NotebookDocument): Promise<boolean> {
  if (vscode.window.activeNotebookEditor?.notebook !== notebook) return false;
  const wanted = { ...OUR_KERNEL, id: 'none', skipIfAlreadySelected: true };
  return (await vscode.commands.executeCommand('notebook.selectKernel', wanted)) === true;
}

async function hasJupyterKernel(notebook: vscode.Uri): Promise<boolean> {
  const extension = vscode.extensions.getExtension<JupyterExtension>('ms-toolsai.jupyter');
  if (!extension?.isActive) return false;
  try {
    return (await extension.exports.kernels?.getKernel(notebook)) !== undefined;
  } catch {
    return false; // it may refuse its API to others
  }
}
