import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type * as vscode from 'vscode';
import { LateOutputs } from '../src/controller/lateOutputs';
import { CellOutputs } from '../src/controller/outputs';
import { NotebookCellOutput, Uri, type NotebookCellOutputItem } from './vscode';

/** A cell, and executions of it that take outputs until they end, as VS Code's do. */
class Cell {
  outputs: NotebookCellOutput[] = [];
  readonly document = { uri: Uri.file('/a.ipynb#1') };
  readonly executionSummary = { executionOrder: 1, success: true, timing: { startTime: 1, endTime: 2 } };
  readonly late: string[] = [];

  execution(): vscode.NotebookCellExecution {
    let isOver = false;
    const check = (what: string): Promise<void> => {
      if (isOver) this.late.push(what);
      return Promise.resolve();
    };
    return {
      cell: this, executionOrder: 1, start: () => undefined, end: () => void (isOver = true),
      appendOutput: (it: NotebookCellOutput) => {
        this.outputs.push(it);
        return check('appendOutput');
      },
      appendOutputItems: () => check('appendOutputItems'),
      replaceOutputItems: () => check('replaceOutputItems'),
    } as unknown as vscode.NotebookCellExecution;
  }

  get text(): string {
    const items = this.outputs.flatMap((it): NotebookCellOutputItem[] => it.items);
    return items.map((it) => Buffer.from(it.data).toString()).join('|');
  }
}

type Write = (outputs: CellOutputs) => void;
const progress = (held: string): Write => (it) => it.progress({ cellId: 'a', category: 'stderr', held });
const print = (text: string, held?: string): Write => (it) => it.print('stderr', text, held);

const LATE: [name: string, writes: Write[], text: string][] = [
  ['one line', [print('done\n')], 'before\n|done\n'],
  ['a bar that grows', [progress('10%'), progress('50%')], 'before\n|50%'],
  ['a bar that is done', [progress('10%'), progress('50%'), print('100%\n')], 'before\n|100%\n'],
  ['a bar below a line', [print('loading\n', '10%'), progress('90%')], 'before\n|loading\n90%'],
  ['a bar below a long text', [print('x'.repeat(40_000), '10%'), progress('90%')], `before\n|${'x'.repeat(40_000)}|90%`],
  ['two bars, one after the other', [progress('1'), print('2\n'), progress('3'), print('4\n')], 'before\n|2\n4\n'],
];
for (const [name, writes, text] of LATE) {
  test(`what a thread shows after its cell's end: ${name}`, () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const cell = new Cell();
    const late = new LateOutputs({ createNotebookCellExecution: () => cell.execution() } as unknown as vscode.NotebookController, new Map());
    const first = new CellOutputs(cell.execution(), new Map());
    first.print('stdout', 'before\n');
    first.finish();
    late.keep(cell.document.uri.toString(), first);
    for (const it of writes) late.add(cell as unknown as vscode.NotebookCell, it);
    assert.equal(cell.text, text);
    mock.timers.tick(1000); // longer than drawing waits: nothing is drawn any more
    mock.timers.reset();
    assert.deepEqual(cell.late, []);
    assert.equal(cell.text, text);
  });
}
