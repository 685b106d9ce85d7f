// Cells of a table to the clipboard, fetched from the kernel: the page has only those in view.
import * as vscode from 'vscode';
import { tabbed } from './clipboard';
import { GROUP } from './groups';
import type { Range } from './messages';
import type { TableArguments, TablePage } from './tableProtocol';
import { CHANGED, copiedText } from './words';

const MOST_ROWS_AT_ONCE = 1000;
const CELLS_AT_ONCE = 100_000;
const QUICK = 200_000; // cells that need no words
const MOST_CHARACTERS = 32 * 2 ** 20;
const MOST_CELLS = 2_000_000;
const SHOWN_MS = 5000;

/** Answers of one value, in one order. */
type Ask = (args: TableArguments) => Promise<TablePage>;

/** One cell is copied by itself, more with the names of their columns. */
export async function copyCells(range: Range, ask: Ask): Promise<void> {
  const { fromRow, toRow, fromColumn, toColumn } = range;
  const wanted = toRow - fromRow + 1;
  if (wanted <= 0) return;
  const fetched = await withCancel(wanted, toColumn - fromColumn + 1, (isCancelled) => fetchCells(range, ask, isCancelled));
  if (fetched === undefined) return;
  const isOne = wanted === 1 && fromColumn === toColumn;
  await vscode.env.clipboard.writeText(tabbed([...(isOne ? [] : [fetched.head]), ...fetched.rows]));
  vscode.window.setStatusBarMessage(copiedText(fetched.rows.length, wanted), SHOWN_MS);
}

interface Fetched {
  /** The names of the columns. */
  head: string[];
  rows: string[][];
}

/** As many of the first rows of a range as a clipboard can take. */
export async function fetchCells({ fromRow, toRow, fromColumn, toColumn }: Range, ask: Ask, isCancelled: () => boolean): Promise<Fetched | undefined> {
  const wanted = toRow - fromRow + 1;
  const atOnce = Math.min(Math.max(Math.floor(CELLS_AT_ONCE / (toColumn - fromColumn + 1)), 1), MOST_ROWS_AT_ONCE);
  const found: Fetched = { head: [], rows: [] };
  let characters = 0;
  let cells = 0;
  let height: number | undefined;
  while (found.rows.length < wanted && characters < MOST_CHARACTERS && cells < MOST_CELLS) {
    const part = await fetchRows(fromRow + found.rows.length, Math.min(wanted - found.rows.length, atOnce), fromColumn, toColumn, ask, isCancelled);
    if (part === undefined) return undefined;
    height ??= part.height;
    if (part.height !== height) throw new Error(CHANGED);
    if (part.rows.length === 0) break;
    found.head = part.head;
    for (const it of part.rows) {
      found.rows.push(it);
      cells += it.length;
      characters += it.reduce((sum, text) => sum + text.length + 1, 0);
    }
  }
  return found;
}

/** Rows with all their columns, which come in groups; where texts are long fewer rows come than are asked for. `height`: of the table. */
async function fetchRows(
  start: number, count: number, fromColumn: number, toColumn: number, ask: Ask, isCancelled: () => boolean,
): Promise<Fetched & { height: number } | undefined> {
  const first = Math.max(fromColumn, 0);
  const found: Fetched & { height: number } = { head: [], rows: [], height: 0 };
  for (let at = first; at === first || at <= toColumn; at += GROUP) {
    const width = Math.max(Math.min(GROUP, toColumn - at + 1), 0); // 0: the labels alone
    const page = await ask({ start, count: at === first ? count : found.rows.length, firstColumn: at, columnCount: Math.max(width, 1), raw: true });
    if (isCancelled()) return undefined;
    if (at === first) {
      found.height = page.rows;
      found.head = fromColumn < 0 ? [page.indexName ?? ''] : [];
      found.rows = page.cells.map((_it, row) => (fromColumn < 0 ? [page.index[row] ?? ''] : []));
    } else if (page.rows !== found.height) throw new Error(CHANGED);
    found.head.push(...page.columns.slice(0, width).map((it) => it.name));
    found.rows.length = Math.min(found.rows.length, page.cells.length);
    for (const [row, it] of found.rows.entries()) it.push(...(page.cells[row] ?? []).slice(0, width));
  }
  return found;
}

/** Do what may take long with a notification by which it is called off. */
function withCancel<T>(rows: number, columns: number, act: (isCancelled: () => boolean) => Promise<T>): Promise<T> {
  if (rows * columns <= QUICK) return act(() => false);
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Copying ${rows.toLocaleString('en')} rows` };
  return Promise.resolve(vscode.window.withProgress(options, (_progress, token) => act(() => token.isCancellationRequested)));
}
