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
    if (PERCENT.test(text) && !NOT_RUN.test(text)) return Math.min(at + 1, lines.length - 1);
    if (!MARIMO.test(text)) continue;
    const head = lines.findIndex((it, index) => index >= at && HEAD.test(it));
    return Math.min((head < 0 ? at : head) + 1, lines.length - 1);
  }
  return undefined;
}

/** Whether the cell at `line` is text, which nobody runs. */
export function isTextAt(lines: readonly string[], line: number): boolean {
  for (let at = Math.min(line, lines.length - 1); at >= 0; at--) {
    const text = lines[at] ?? '';
    if (PERCENT.test(text) || MARIMO.test(text)) return NOT_RUN.test(text);
  }
  return false;
}
