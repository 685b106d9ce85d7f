// Cells of a table to the clipboard, fetched from the kernel: the page has only those in view.
import * as vscode from 'vscode';
import { tabbed } from './clipboard';
import type { Range } from './messages';
import type { TableArguments, TableColumn, TablePage } from './protocol';
import { copiedText } from './words';

const AT_ONCE = 1000; // rows
const QUICK = 10_000; // rows that need no words
const MOST_CHARACTERS = 32 * 2 ** 20;
const MOST_CELLS = 2_000_000;
const SHOWN_MS = 5000;

type Ask = (args: TableArguments) => Promise<TablePage>;

/** `columns` are those from `firstColumn` on, of which the range is. One cell is copied by itself, more with names. */
export async function copyCells(range: Range, columns: TableColumn[], firstColumn: number, ask: Ask): Promise<void> {
  const { fromRow, toRow, fromColumn, toColumn } = range;
  const wanted = toRow - fromRow + 1;
  if (wanted <= 0) return;
  const first = Math.max(fromColumn, firstColumn);
  const width = Math.max(toColumn - first + 1, 0); // 0: the labels alone
  const fetched = await withCancel(wanted, (isCancelled) => fetchRows(fromRow, wanted, isCancelled, async (start, count) => {
    const page = await ask({ start, count, firstColumn: first, columnCount: Math.max(width, 1), raw: true });
    const labels = fromColumn < 0 ? page.index.map((it) => [it]) : [];
    return { rows: page.cells.map((it, at) => [...(labels[at] ?? []), ...it.slice(0, width)]), indexName: page.indexName ?? '' };
  }));
  if (fetched === undefined) return;
  const names = columns.slice(first - firstColumn, first - firstColumn + width).map((it) => it.name);
  const isOne = wanted === 1 && fromColumn === toColumn;
  const head = isOne ? [] : [fromColumn < 0 ? [fetched.indexName, ...names] : names];
  await vscode.env.clipboard.writeText(tabbed([...head, ...fetched.rows]));
  vscode.window.setStatusBarMessage(copiedText(fetched.rows.length, wanted), SHOWN_MS);
}

interface Fetched {
  rows: string[][];
  indexName: string;
}

/** The first of `wanted` rows that a clipboard can take. */
async function fetchRows(
  from: number, wanted: number, isCancelled: () => boolean, fetch: (start: number, count: number) => Promise<Fetched>,
): Promise<Fetched | undefined> {
  const rows: string[][] = [];
  let indexName = '';
  let characters = 0;
  let cells = 0;
  while (rows.length < wanted && characters < MOST_CHARACTERS && cells < MOST_CELLS) {
    const part = await fetch(from + rows.length, Math.min(wanted - rows.length, AT_ONCE));
    if (isCancelled()) return undefined;
    if (part.rows.length === 0) break;
    ({ indexName } = part);
    for (const it of part.rows) {
      rows.push(it);
      cells += it.length;
      characters += it.reduce((sum, text) => sum + text.length + 1, 0);
    }
  }
  return { rows, indexName };
}

/** Do what may take long with a notification by which it is called off. */
function withCancel<T>(rows: number, act: (isCancelled: () => boolean) => Promise<T>): Promise<T> {
  if (rows <= QUICK) return act(() => false);
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Copying ${rows.toLocaleString('en')} rows` };
  return Promise.resolve(vscode.window.withProgress(options, (_progress, token) => act(() => token.isCancellationRequested)));
}
