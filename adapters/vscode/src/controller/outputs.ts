// What a cell prints and shows, in its order, as outputs of the cell.
import * as vscode from 'vscode';
import type { DisplayBody, NotebookCell } from '../protocol';
import { before, items, split } from './bundle';

const KEPT = 2 ** 20; // characters of a stream's last output, looked at for the traceback

/** Outputs by display id, of one kernel: what is updated may stand in another cell. */
export type Displays = Map<string, vscode.NotebookCellOutput[]>;

type Stream = 'stdout' | 'stderr';

export class CellOutputs {
  private last: { stream: Stream; output: vscode.NotebookCellOutput; text: string } | undefined;

  constructor(private readonly execution: vscode.NotebookCellExecution, private readonly displays: Displays) {}

  /** Add to the stream's output if that is the last one, so that the two stay in order. */
  print(stream: Stream, text: string): void {
    const item = vscode.NotebookCellOutputItem[stream](text);
    if (this.last?.stream === stream) {
      this.last.text = this.last.text.length > KEPT ? '' : this.last.text + text;
      void this.execution.appendOutputItems(item, this.last.output);
      return;
    }
    const output = new vscode.NotebookCellOutput([item]);
    this.last = { stream, output, text };
    void this.execution.appendOutput(output);
  }

  display(body: DisplayBody): void {
    if (body.clear === true) {
      this.last = undefined;
      void this.execution.clearOutput();
      return;
    }
    const shown = items(body.data).map((it) => new vscode.NotebookCellOutputItem(it.data, it.mime));
    const known = body.displayId === undefined ? undefined : this.displays.get(body.displayId);
    if (body.update === true && known !== undefined) {
      for (const it of known) void this.execution.replaceOutputItems(shown, it);
      return;
    }
    const metadata = { outputType: 'display_data', metadata: body.metadata ?? {} };
    const output = new vscode.NotebookCellOutput(shown, metadata);
    if (body.displayId !== undefined) this.displays.set(body.displayId, [...(known ?? []), output]);
    this.last = undefined;
    void this.execution.appendOutput(output);
  }

  /** Show the error that has ended the cell, in place of the traceback that it has printed. */
  failed(cell: NotebookCell): void {
    const { name, message } = split(cell.error ?? 'failed');
    const item = vscode.NotebookCellOutputItem.error({ name, message, stack: cell.traceback ?? cell.error ?? '' });
    const rest = this.last?.stream === 'stderr' ? before(this.last.text, cell.traceback) : undefined;
    if (this.last === undefined || rest === undefined) {
      if (cell.traceback === undefined) return; // it was printed, or there is none
      void this.execution.appendOutput(new vscode.NotebookCellOutput([item]));
    } else if (rest === '') {
      void this.execution.replaceOutputItems(item, this.last.output);
    } else {
      void this.execution.replaceOutputItems(vscode.NotebookCellOutputItem.stderr(rest), this.last.output);
      void this.execution.appendOutput(new vscode.NotebookCellOutput([item]));
    }
    this.last = undefined;
  }

  /** Show that it was not the cell's own doing. */
  lost(name: string, message: string): void {
    const error = vscode.NotebookCellOutputItem.error({ name, message, stack: message });
    void this.execution.appendOutput(new vscode.NotebookCellOutput([error]));
  }
}
