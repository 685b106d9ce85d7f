// Output of the server as a terminal takes it. Pure.

const DIM = '\u001b[2m';
const RED = '\u001b[31m';
const RESET = '\u001b[0m';

/** What a terminal is written: the server's own lines dim, errors red where they have no colours of their own. */
export function ofTerminal(category: string | undefined, output: string): string {
  const text = output.replace(/\r?\n/g, '\r\n');
  if (category === 'stdout' || text === '') return text;
  if (category === 'stderr') return output.includes('\u001b[') ? text : coloured(text, RED);
  return category === 'console' || category === undefined ? coloured(text, DIM) : '';
}

/** Line by line: a colour that goes on over the end of a line colours what comes after. */
function coloured(text: string, colour: string): string {
  return text.split('\r\n').map((it) => (it === '' ? '' : `${colour}${it}${RESET}`)).join('\r\n');
}

type Stream = 'stdout' | 'stderr';

/** A text at the end of a terminal's, whose last lines are drawn anew as they change, as progress bars do. */
export class DrawnText {
  columns = 80;
  private readonly held: Record<Stream, string> = { stdout: '', stderr: '' };
  private rows = 0; // that are drawn, and go when they change
  private isBelow = false; // they begin on a line of their own, behind one that had no end

  /** What writes `output`, behind which `held` of its stream is being written over. */
  print(category: string | undefined, output: string, held = ''): string {
    const erased = this.erased();
    if (category === 'stdout' || category === 'stderr') this.held[category] = held;
    const text = this.isBelow && output.startsWith('\n') ? output.slice(1) : output;
    if (output !== '') this.isBelow = false;
    return erased + ofTerminal(category, text) + this.drawn();
  }

  /** What writes the lines anew that a stream is writing over. */
  hold(category: Stream, held: string): string {
    const erased = this.erased();
    this.held[category] = held;
    return erased + this.drawn();
  }

  private erased(): string {
    const { rows } = this;
    this.rows = 0;
    return rows === 0 ? '' : `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`;
  }

  private drawn(): string {
    const text = [this.held.stdout, this.held.stderr].filter((it) => it !== '').join('\n');
    if (text === '') return '';
    const opening = text.startsWith('\n') && !this.isBelow ? '\r\n' : '';
    this.isBelow ||= text.startsWith('\n');
    const lines = text.replace(/^\n/, '').split('\n');
    for (const it of lines) this.rows += Math.max(Math.ceil(plain(it).length / this.columns), 1);
    return opening + lines.join('\r\n');
  }
}

function plain(text: string): string {
  return text.replace(/\u001b\[[\d;:]*m/g, '');
}
