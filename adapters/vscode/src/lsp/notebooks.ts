// Which texts are worth a language server: those with cells. Pure.

const CELLS = /^(# ?%%|# <codecell>|# In\[[\d ]*\]:)|\bmarimo\.App\(/m;
const LOOKED_AT = 200_000; // characters

/** Whether a Python text seems to be a notebook; the server knows for certain. */
export function hasCells(text: string): boolean {
  return CELLS.test(text.slice(0, LOOKED_AT));
}
