// What a cell prints and shows, in its order, as outputs of the cell.
import * as vscode from 'vscode';
import type { DisplayBody, NotebookCell } from '../protocol';
import { items, split } from './bundle';

/** Outputs by display id, of one kernel: what is updated may stand in another cell. */
export type Displays = Map<string, vscode.NotebookCellOutput[]>;

type Stream = 'stdout' | 'stderr';

export class CellOutputs {
  private last: { stream: Stream; output: vscode.NotebookCellOutput } | undefined;

  /** `execution` writes them; another one does after the cell's end. */
  constructor(public execution: vscode.NotebookCellExecution, private readonly displays: Displays) {}

  /** Add to the stream's output if that is the last one, so that the two stay in order. */
  print(stream: Stream, text: string): void {
    const item = vscode.NotebookCellOutputItem[stream](text);
    if (this.last?.stream === stream) {
      void this.execution.appendOutputItems(item, this.last.output);
      return;
    }
    const output = new vscode.NotebookCellOutput([item]);
    this.last = { stream, output };
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
    this.append(output);
  }

  /** Show the error that has ended the cell; one without a traceback, as an interrupt, was printed. */
  failed({ error, traceback }: NotebookCell): void {
    if (traceback === undefined) return;
    const { name, message } = split(error ?? 'failed');
    const item = vscode.NotebookCellOutputItem.error({ name, message, stack: traceback });
    // What a file keeps: of the stack VS Code would save lines with their ends, and open them with a blank line after each.
    const originalError = { output_type: 'error', ename: name, evalue: message, traceback: traceback.split('\n') };
    this.append(new vscode.NotebookCellOutput([item], { originalError }));
  }

  /** Show that it was not the cell's own doing. */
  lost(name: string, message: string): void {
    const error = vscode.NotebookCellOutputItem.error({ name, message, stack: message });
    this.append(new vscode.NotebookCellOutput([error]));
  }

  private append(output: vscode.NotebookCellOutput): void {
    this.last = undefined;
    void this.execution.appendOutput(output);
  }
}
