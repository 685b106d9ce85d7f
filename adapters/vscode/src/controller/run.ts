// One run of a cell: the notebook editor's execution, and what is written to it. It knows no session.
import type * as vscode from 'vscode';
import { CellOutputs, type Displays } from './outputs';

interface Ending {
  success: boolean | undefined;
  durationS: number | undefined;
}

export class Run {
  readonly outputs: CellOutputs;
  /** When it began, in milliseconds; undefined: it waits. */
  began: number | undefined;
  /** The server knows that it is to run. */
  isTaken = false;
  private ended: Ending | undefined; // before its cell was there

  constructor(public execution: vscode.NotebookCellExecution, displays: Displays) {
    this.outputs = new CellOutputs(execution, displays);
  }

  begin(order: number): void {
    this.isTaken = true;
    if (this.began !== undefined) return;
    this.began = Date.now();
    this.execution.executionOrder = order;
    this.execution.start(this.began);
    void this.execution.clearOutput();
  }

  /** Go on in `execution`: the cell stands in another document by now. */
  carry(execution: vscode.NotebookCellExecution): void {
    const { executionOrder } = this.execution;
    this.execution = execution;
    if (this.began === undefined) return;
    execution.executionOrder = executionOrder;
    execution.start(this.began);
    this.outputs.carry(execution);
  }

  /** It has ended, which its cell shows once that is there. */
  endLater(how: Ending): void {
    this.ended = how;
  }

  /** Show its end, if that was to come later; false: it goes on. */
  endNow(): boolean {
    if (this.ended !== undefined) this.end(this.ended.success, this.ended.durationS);
    return this.ended !== undefined;
  }

  /** `success` undefined: neither mark. */
  end(success: boolean | undefined, durationS?: number): void {
    if (this.began === undefined) this.execution.start();
    this.outputs.finish();
    const end = this.began !== undefined && durationS !== undefined ? this.began + durationS * 1000 : Date.now();
    this.execution.end(success, this.began === undefined ? undefined : Math.round(end));
  }
}
