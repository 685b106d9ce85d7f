// Where a line is after edits. Pure.

interface Position {
  line: number; // from 0, as the editor counts
  character: number;
}

/** A change of a text; several are told in an order in which each leaves the places of the next as they are. */
export interface Change {
  range: { start: Position; end: Position };
  text: string;
}

/** Where `line` (from 1) stands after `changes`; `textOf` gives a line of the changed text, from 0. */
export function shifted(line: number, changes: readonly Change[], textOf: (line: number) => string): number {
  return changes.reduce((at, it) => moved(at, it, textOf), line - 1) + 1;
}

function moved(at: number, { range: { start, end }, text }: Change, textOf: (line: number) => string): number {
  const added = text.split(/\r\n|\r|\n/).length - 1;
  if (start.line < at) return end.line <= at ? at + added - (end.line - start.line) : start.line;
  const isInsertion = start.line === end.line && start.character === end.character;
  const isBefore = start.line === at && textOf(at).slice(0, start.character).trim() === '';
  return isInsertion && isBefore ? at + added : at;
}
