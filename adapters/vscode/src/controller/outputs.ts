// What a cell prints and shows, in its order, as outputs of the cell.
import * as vscode from 'vscode';
import type { DisplayBody, NotebookCell, ProgressBody, Stream } from '../protocol';
import { throttled } from '../views/throttle';
import { items, split } from './bundle';
import { StreamText } from './streamText';

/** Outputs by display id, of one kernel: what is updated may stand in another cell. */
export type Displays = Map<string, vscode.NotebookCellOutput[]>;

interface Printed {
  stream: Stream;
  output: vscode.NotebookCellOutput;
  text: StreamText;
}

const DRAWN_EVERY_MS = 250; // of what is written over
const KEPT_BYTES = 2 ** 20; // of outputs, to put them in their places once more

export class CellOutputs {
  private last: Printed | undefined;
  /** Where lines are being written over. */
  private readonly held = new Map<Stream, Printed>();
  /** The outputs so far; undefined: they are too large to be kept. */
  private kept: vscode.NotebookCellOutput[] | undefined = [];
  private keptBytes = 0;
  private readonly there = new WeakSet<vscode.NotebookCellOutput>();
  /** The lowest output. */
  private newest: vscode.NotebookCellOutput | undefined;
  private readonly drawSoon = throttled(() => this.draw(), DRAWN_EVERY_MS);

  /** `execution` writes them; another one does after the cell's end. `isFirst`: the cell has none yet. */
  constructor(public execution: vscode.NotebookCellExecution, private readonly displays: Displays, isFirst = true) {
    if (!isFirst) this.kept = undefined; // there are others
  }

  /** Add to the stream's output if that is the last one, so that the two stay in order. `held` is being written over. */
  print(stream: Stream, text: string, held = ''): void {
    const own = this.held.get(stream);
    if (own !== undefined) {
      this.hold(own, text, held);
      return;
    }
    const printed = this.last?.stream === stream ? this.last : undefined;
    if (held !== '') {
      const to = printed?.text.isShort === true ? printed : this.begin(stream, '');
      this.hold(to, text, held);
    } else if (printed === undefined) {
      this.begin(stream, text);
    } else {
      printed.text.add(text);
      const item = vscode.NotebookCellOutputItem[stream](text);
      if (this.kept !== undefined) printed.output.items.push(item);
      this.count([item]);
      void this.execution.appendOutputItems(item, printed.output);
    }
  }

  /** Show what the cell is writing over now, behind what it has printed. */
  progress({ category, held }: ProgressBody): void {
    if (held !== '' || this.held.has(category)) this.print(category, '', held);
  }

  /** Draw what is being written over before `execution` ends: it takes nothing afterwards. */
  settle(): void {
    this.draw();
    this.draw(); // what was split off a long text stands behind it
  }

  /** Write to `execution` from now on, of a cell that may not have all that was shown. */
  carry(execution: vscode.NotebookCellExecution): void {
    this.execution = execution;
    if (this.kept !== undefined && this.kept.length > 0) void execution.replaceOutput(this.kept);
  }

  /** Show the last form of what was written over. */
  finish(): void {
    for (const it of this.held.values()) it.text.isOver = true;
    this.draw();
    this.takeBlankAway();
    this.kept = undefined;
  }

  display(body: DisplayBody): void {
    if (body.clear === true) {
      this.forget();
      void this.execution.clearOutput();
      return;
    }
    const shown = items(body.data).map((it) => new vscode.NotebookCellOutputItem(it.data, it.mime));
    const known = body.displayId === undefined ? undefined : this.displays.get(body.displayId);
    if (body.update === true && known !== undefined) {
      for (const it of known) this.replace(it, shown);
      return;
    }
    const kind = body.isResult === true // what a file keeps, as Jupyter does
      ? { outputType: 'execute_result', executionCount: this.execution.executionOrder } : { outputType: 'display_data' };
    const metadata = { ...kind, metadata: body.metadata ?? {} };
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

  /** Begin an output of a stream, in the place of one that has become empty; `text` "": it is drawn when there is some. */
  private begin(stream: Stream, text: string): Printed {
    this.draw(); // what comes before it
    const output = this.newest !== undefined && isBlank(this.newest) ? this.newest : new vscode.NotebookCellOutput([]);
    this.last = { stream, output, text: new StreamText(text) };
    if (text !== '') this.put(output, [vscode.NotebookCellOutputItem[stream](text)]);
    return this.last;
  }

  private hold(printed: Printed, text: string, held: string): void {
    this.held.set(printed.stream, printed);
    printed.text.hold(text, held);
    this.drawSoon();
  }

  /** Draw what is written over, and let go what is not any more. */
  private draw(): void {
    for (const it of this.held.values()) {
      const shown = it.text.shown;
      if (!it.text.isDrawn) this.redraw(it, shown);
      it.text.isDrawn = true;
      if (it.text.isOver) this.held.delete(it.stream);
      else if (!it.text.isShort) this.splitOff(it);
    }
  }

  private redraw({ stream, output }: Printed, shown: string): void {
    if (shown !== '' || output.items.length > 0) this.put(output, shown === '' ? [] : [vscode.NotebookCellOutputItem[stream](shown)]);
  }

  /** What is done of a text that has grown long stays where it is: what follows is drawn behind it. */
  private splitOff({ stream, output, text }: Printed): void {
    this.replace(output, [vscode.NotebookCellOutputItem[stream](text.done)]);
    this.held.delete(stream);
    this.hold(this.begin(stream, ''), '', text.held);
  }

  private append(output: vscode.NotebookCellOutput): void {
    this.draw(); // what comes before it
    this.last = undefined;
    this.put(output, output.items);
  }

  /** Show an output, or what has become of it. */
  private put(output: vscode.NotebookCellOutput, shown: vscode.NotebookCellOutputItem[]): void {
    if (this.there.has(output)) {
      this.replace(output, shown);
      return;
    }
    output.items = shown;
    this.there.add(output);
    this.newest = output;
    this.kept?.push(output);
    this.count(shown);
    void this.execution.appendOutput(output);
  }

  private replace(output: vscode.NotebookCellOutput, shown: vscode.NotebookCellOutputItem[]): void {
    this.count(output.items, -1);
    output.items = shown;
    this.count(shown);
    void this.execution.replaceOutputItems(shown, output);
  }

  /** Have no empty output saved; VS Code can only be given all the others anew. */
  private takeBlankAway(): void {
    if (this.kept === undefined || this.newest === undefined || !isBlank(this.newest)) return;
    this.kept.pop();
    void (this.kept.length === 0 ? this.execution.clearOutput() : this.execution.replaceOutput(this.kept));
    this.forget();
  }

  private count(shown: vscode.NotebookCellOutputItem[], sign = 1): void {
    for (const { data } of shown) this.keptBytes += sign * data.byteLength;
    if (this.keptBytes > KEPT_BYTES) this.kept = undefined;
  }

  private forget(): void {
    this.last = this.newest = undefined;
    this.held.clear();
    this.kept = this.kept && [];
    this.keptBytes = 0;
  }
}

/** Whether an output has nothing left: VS Code gives it no room. */
function isBlank({ items, metadata }: vscode.NotebookCellOutput): boolean {
  return items.length === 0 && metadata === undefined;
}
