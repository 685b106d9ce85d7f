// VS Code's URIs of cells: the fragment is a letter (W for one digit, X for two, ...), the cell's handle in base 7 and the
// document's scheme. The handle is the cell's index when the notebook is opened; when it is closed VS Code renames the
// breakpoints in it by the indexes then. Pure.

const FRAGMENT = /^([W-Z])([0-6]+)s/;

/** The index that a cell had when its notebook was opened; undefined: a fragment of another kind. */
export function indexOfCell(fragment: string): number | undefined {
  const [, letter, digits] = FRAGMENT.exec(fragment) ?? [];
  if (letter === undefined || digits === undefined || digits.length !== letter.charCodeAt(0) - 'W'.charCodeAt(0) + 1) return undefined;
  return Number.parseInt(digits, 7);
}
