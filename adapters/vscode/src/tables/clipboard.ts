// Cells as text that a spreadsheet takes: tabs between columns, a line for each row. Pure.

/** Quote as spreadsheets do what would be taken for another cell or row. */
function quoted(text: string): string {
  return /["\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function tabbed(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(quoted).join('\t')).join('\n');
}
