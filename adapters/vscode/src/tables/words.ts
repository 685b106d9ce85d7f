// What is said of a table. Pure.
import type { TablePage } from './tableProtocol';

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** Said where a copy cannot be of one state of the table. */
export const NOT_COPIED = 'Nothing was copied: the kernel has run on since these rows were read. Refresh, then copy again.';
export const CHANGED = 'Nothing was copied: the table changed meanwhile. Copy again.';

/** Why an expression is not evaluated again by itself. */
export function onlyByRefresh(expression: string): string {
  return `${expression} is evaluated only when you press Refresh, for it is more than a name.`;
}

/** How much there is: `12 of 1,000 rows × 3 columns · pandas.DataFrame`. `isOnce`: it is not evaluated again by itself. */
export function summary(
  { rows, totalRows, totalColumns, type, isCut }: Pick<TablePage, 'rows' | 'totalRows' | 'totalColumns' | 'type' | 'isCut'>, isOnce = false,
): string {
  const of = rows === totalRows ? '' : `${rows.toLocaleString('en')} of `;
  const notAll = isCut === true ? ' · too large for all statistics' : '';
  return `${of}${counted(totalRows, 'row')} × ${counted(totalColumns, 'column')} · ${type}${notAll}${isOnce ? ' · evaluated once: Refresh evaluates it again' : ''}`;
}

/** Why there is nothing new; `isOld`: rows from before are shown. */
export function whyNot(message: string, isOld: boolean): string {
  return isOld ? `${message.replace(/[.:]$/, '')}. These are the rows from before.` : message;
}

/** What was copied of `wanted` rows. */
export function copiedText(rows: number, wanted: number): string {
  if (rows === wanted) return `Copied ${counted(rows, 'row')}`;
  return `Copied the first ${counted(rows, 'row')} of ${wanted.toLocaleString('en')}: all of them are too much for the clipboard`;
}
