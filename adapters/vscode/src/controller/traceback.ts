// A traceback as a cell shows it: colours, the lines around each, and VS Code's links, which it makes of what IPython
// prints (`Cell In[2], line 3`, `File /a/b.py:4`, numbers before lines). Pure.

/** What is known of the sources that a traceback names. */
export interface Known {
  /** A cell by its name in tracebacks: its execution count, and its lines as they are. */
  cell(name: string): { order: number; lines: readonly string[] } | undefined;
  /** The lines of a file; undefined: they cannot be read. */
  file(path: string): readonly string[] | undefined;
}

interface Frame {
  path: string;
  /** Of the cell, or "". */
  cell: string;
  line: number;
  /** `, in f`, or "". */
  where: string;
  /** The lines below it: the source, and marks under it. */
  below: string[];
}

const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const RESET = '\u001b[0m';
const FRAME = /^ {2}File "(?<path>.+?)"(?:, (?<cell>.+))?, line (?<line>\d+)(?<where>, in .+)?$/;
const ERROR = /^(?<name>[A-Za-z_][\w.]*)(?<rest>: .*)?$/;
const MARKS = /^ +[\^~ ]*\^[\^~ ]*$/;
const AROUND = 2; // lines before and after
const MOST = 40; // frames with the lines around them: the outermost and the innermost ones

/** A plain traceback, as Python prints it, for a cell. */
export function forCell(traceback: string, known: Known): string {
  const lines = traceback.replace(/\n$/, '').split('\n');
  const count = lines.filter((it) => FRAME.test(it)).length;
  const shown: string[] = [];
  for (let at = 0, frames = 0; at < lines.length; at++) {
    const frame = frameAt(lines, at);
    if (frame === undefined) {
      shown.push(coloured(lines[at] ?? '', lines[at - 1] ?? ''));
      continue;
    }
    const isWhole = frames < MOST / 2 || frames >= count - MOST / 2;
    shown.push(...inWords(frame, isWhole ? known : undefined, lines[at] ?? ''));
    at += frame.below.length;
    frames += 1;
  }
  return shown.join('\n');
}

function frameAt(lines: readonly string[], at: number): Frame | undefined {
  const found = FRAME.exec(lines[at] ?? '')?.groups;
  if (found === undefined) return undefined;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((it) => !it.startsWith('    '));
  const below = end < 0 ? rest : rest.slice(0, end);
  return { path: found['path'] ?? '', cell: found['cell'] ?? '', line: Number(found['line']), where: found['where'] ?? '', below };
}

function inWords(frame: Frame, known: Known | undefined, said: string): string[] {
  const { path, cell, line, where, below } = frame;
  const own = cell === '' ? undefined : known?.cell(cell);
  if (cell !== '' && own === undefined) return [said, ...below];
  const head = own === undefined ? `File ${path}:${line}${where}` : `Cell In[${own.order}], line ${line}${where}`;
  const isFile = own === undefined && /^([/~]|[A-Za-z]:[\\/])/.test(path) && !path.endsWith(')');
  if (own === undefined && !isFile) return [said, ...below];
  const lines = own?.lines ?? known?.file(path);
  if (lines === undefined || !isSame(lines[line - 1], below[0])) return [head, ...alone(frame)];
  return [head, ...around(lines, frame)];
}

/** Whether a source's line is the one that the traceback shows: it may have been edited since. */
function isSame(line: string | undefined, shown: string | undefined): boolean {
  return line !== undefined && (shown === undefined || line.trim() === shown.trim());
}

/** The line as the traceback has it. */
function alone({ line, below }: Frame): string[] {
  return below.map((it, index) => (index === 0 ? numbered(line, it.trim(), true) : MARKS.test(it) ? marks(it, '') : it));
}

function around(lines: readonly string[], { line, below }: Frame): string[] {
  const shown: string[] = [];
  for (let at = Math.max(line - AROUND, 1); at <= Math.min(line + AROUND, lines.length); at++) {
    const text = lines[at - 1] ?? '';
    shown.push(numbered(at, text, at === line));
    if (at === line && below.length === 2 && MARKS.test(below[1] ?? '')) shown.push(marks(below[1] ?? '', text));
  }
  return shown;
}

function numbered(line: number, text: string, isIt: boolean): string {
  const number = `${line}`;
  const head = isIt ? `${'-'.repeat(Math.max(5 - number.length, 1))}> ${number}` : number.padStart(7);
  return `${GREEN}${head}${RESET} ${text}`;
}

/** The marks under the text of a line: Python prints that four columns in, and without its indentation. */
function marks(below: string, text: string): string {
  const indented = text.length - text.trimStart().length;
  return `${' '.repeat(8 + indented)}${RED}${below.slice(4)}${RESET}`;
}

/** What is no frame: the error's name red. Lines of its message are as they are. */
function coloured(line: string, before: string): string {
  const found = ERROR.exec(line)?.groups;
  if (found === undefined || line.startsWith('Traceback') || before === '' || !/^ {2}/.test(before)) return line;
  return `${RED}${found['name'] ?? ''}${RESET}${found['rest'] ?? ''}`;
}
