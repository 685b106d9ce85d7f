// What the threads of a cell print and show after its end. VS Code takes outputs only for a cell that runs: it
// does once more, for no time, and looks afterwards as before.
import * as vscode from 'vscode';
import { CellOutputs, type Displays } from './outputs';

export class LateOutputs {
  private readonly ended = new Map<string, CellOutputs>(); // by the URI of the cell's document

  constructor(private readonly controller: vscode.NotebookController, private readonly displays: Displays) {}

  /** Note what a cell that has ended has shown: what comes late stands behind that. */
  keep(uri: string, outputs: CellOutputs): void {
    this.ended.set(uri, outputs);
  }

  /** Have `write` add to the outputs of a cell that does not run. */
  add(cell: vscode.NotebookCell, write: (outputs: CellOutputs) => void): void {
    const { executionOrder, success, timing } = cell.executionSummary ?? {};
    const execution = this.begun(cell);
    if (execution === undefined) return;
    execution.executionOrder = executionOrder;
    execution.start(timing?.startTime);
    const outputs = this.outputsOf(cell, execution);
    write(outputs);
    outputs.settle();
    execution.end(success, timing?.endTime);
  }

  private begun(cell: vscode.NotebookCell): vscode.NotebookCellExecution | undefined {
    try {
      return this.controller.createNotebookCellExecution(cell);
    } catch {
      return undefined; // another kernel is selected
    }
  }

  private outputsOf(cell: vscode.NotebookCell, execution: vscode.NotebookCellExecution): CellOutputs {
    const uri = cell.document.uri.toString();
    const known = cell.outputs.length > 0 ? this.ended.get(uri) : undefined; // else the user has cleared them
    const outputs = known ?? new CellOutputs(execution, this.displays, cell.outputs.length === 0);
    outputs.execution = execution;
    this.ended.set(uri, outputs);
    return outputs;
  }
}
