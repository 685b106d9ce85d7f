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
