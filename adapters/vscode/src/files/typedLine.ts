// A line that is typed behind the text of a terminal, with the keys that terminals edit a line by. Pure.

/** How the line ends: it is given, or its cell is to be interrupted, or there are to be no more lines. */
export type LineEnd = { line: string } | 'interrupt' | 'endOfFile';

const SAVE = '\u001b7'; // where the line begins
const ERASE = '\u001b8\u001b[J'; // from there on
const KEY = /\u001b\[[\d;]*[@-~]|\u001bO.|\u001b.?|\r\n|[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/gs;
const LAST_WORD = /\S*\s*$/;
const characters = new Intl.Segmenter(); // as they are seen

export class TypedLine {
  private before = ''; // the cursor
  private after = '';
  private drawn = '';

  constructor(private readonly isHidden: boolean) {}

  /** Take what was typed or pasted, up to the end of the line; `rest` is what comes behind that. */
  take(typed: string): { end?: LineEnd; rest: string } {
    for (const key of typed.matchAll(KEY)) {
      const end = this.press(key[0]);
      if (end !== undefined) return { end, rest: typed.slice(key.index + key[0].length) };
    }
    return { rest: '' };
  }

  /** What begins to draw the line where the cursor is. */
  begin(): string {
    this.drawn = '';
    return SAVE + this.draw();
  }

  /** What draws the line as it is now. */
  draw(): string {
    if (this.isHidden) return '';
    const { drawn, before, after } = this;
    this.drawn = before + after;
    if (after === '' && before.startsWith(drawn)) return before.slice(drawn.length);
    return ERASE + before + after + (after === '' ? '' : `\u001b8${before}`);
  }

  /** What takes the line from the screen. */
  erase(): string {
    return ERASE;
  }

  private press(key: string): LineEnd | undefined {
    if (/^[\r\n]/.test(key)) return { line: this.before + this.after };
    if (key === '\u0003') return 'interrupt';
    if (key === '\u0004' && this.before + this.after === '') return 'endOfFile';
    const edit = EDITS[key];
    if (edit !== undefined) [this.before, this.after] = edit(this.before, this.after);
    else if (key === '\t' || !/^[\u0000-\u001f\u007f]/.test(key)) this.before += key;
    return undefined;
  }
}

type Edit = (before: string, after: string) => [before: string, after: string];

const left: Edit = (before, after) => [before.slice(0, lastOf(before)), before.slice(lastOf(before)) + after];
const right: Edit = (before, after) => [before + after.slice(0, firstOf(after)), after.slice(firstOf(after))];
const toStart: Edit = (before, after) => ['', before + after];
const toEnd: Edit = (before, after) => [before + after, ''];
const backspace: Edit = (before, after) => [before.slice(0, lastOf(before)), after];
const remove: Edit = (before, after) => [before, after.slice(firstOf(after))];
const removeWord: Edit = (before, after) => [before.replace(LAST_WORD, ''), after];

/** By what a terminal sends for a key. */
const EDITS: Record<string, Edit | undefined> = {
  '\u007f': backspace, '\b': backspace, '\u001b[3~': remove, '\u0004': remove,
  '\u0017': removeWord, '\u001b\u007f': removeWord,
  '\u0015': (_before, after) => ['', after], '\u000b': (before) => [before, ''],
  '\u001b[D': left, '\u001bOD': left, '\u0002': left, '\u001b[C': right, '\u001bOC': right, '\u0006': right,
  '\u001b[H': toStart, '\u001bOH': toStart, '\u001b[1~': toStart, '\u0001': toStart,
  '\u001b[F': toEnd, '\u001bOF': toEnd, '\u001b[4~': toEnd, '\u0005': toEnd,
};

/** Where the last character of `text` begins. */
function lastOf(text: string): number {
  return [...characters.segment(text)].at(-1)?.index ?? 0;
}

/** How long the first character of `text` is. */
function firstOf(text: string): number {
  return characters.segment(text).containing(0)?.segment.length ?? 0;
}
