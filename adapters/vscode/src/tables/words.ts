// What is said of a table. Pure.
import type { TablePage } from './protocol';

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** How much there is: `12 of 1,000 rows × 3 columns · pandas.DataFrame`. */
export function summary({ rows, totalRows, totalColumns, type, isCut }: TablePage): string {
  const of = rows === totalRows ? '' : `${rows.toLocaleString('en')} of `;
  const notAll = isCut === true ? ' · too large for all statistics' : '';
  return `${of}${counted(totalRows, 'row')} × ${counted(totalColumns, 'column')} · ${type}${notAll}`;
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
