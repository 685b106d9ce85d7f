// Which texts are worth a language server: those with cells, and where their cells begin. Pure.

const PERCENT = /^(# ?%%|# <codecell>|# In\[[\d ]*\]:)/;
const MARIMO = /^(@app\.(cell|function|class_definition)\b|with app\.setup\b)/;
const CELLS = new RegExp(`${PERCENT.source}|\\bmarimo\\.App\\(`, 'm');
const NOT_RUN = /^# ?%%.*\[(markdown|md|raw)\]/;
const HEAD = /^(async )?(def|class)\b|^with app\.setup\b/;
const LOOKED_AT = 200_000; // characters

/** Whether a Python text seems to be a notebook; the server knows for certain. */
export function hasCells(text: string): boolean {
  return CELLS.test(text.slice(0, LOOKED_AT));
}

/** The first line of code, from 0, of the cell that runs after the one at `line`; undefined: that is the last. */
export function nextCell(lines: readonly string[], line: number): number | undefined {
  for (let at = line + 1; at < lines.length; at++) {
    const text = lines[at] ?? '';
    if ((PERCENT.test(text) && !NOT_RUN.test(text)) || MARIMO.test(text)) return codeAt(lines, at);
  }
  return undefined;
}

/** Where the code begins of a cell whose marker or decorator is at `line`, from 0; any other line stays. */
export function codeAt(lines: readonly string[], line: number): number {
  const text = lines[line] ?? '';
  const head = MARIMO.test(text) ? Math.max(lines.findIndex((it, at) => at >= line && HEAD.test(it)), line) : line;
  return PERCENT.test(text) || MARIMO.test(text) ? Math.min(head + 1, lines.length - 1) : line;
}

/** Whether the cell at `line` is text, which nobody runs. */
export function isTextAt(lines: readonly string[], line: number): boolean {
  for (let at = Math.min(line, lines.length - 1); at >= 0; at--) {
    const text = lines[at] ?? '';
    if (PERCENT.test(text) || MARIMO.test(text)) return NOT_RUN.test(text);
  }
  return false;
}
