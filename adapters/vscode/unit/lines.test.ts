import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shifted, type Change } from '../src/views/lines';

const TEXT = ['import time', 'for n in range(3):', '    print(n)', '    time.sleep(60)', 'done = True'];
const LIVE = 4; // time.sleep(60)

interface Case {
  what: string;
  change: [from: [number, number], to: [number, number], text: string];
  is: number;
}

const CASES: Case[] = [
  { what: 'three lines above', change: [[0, 0], [0, 0], 'a\nb\nc\n'], is: 7 },
  { what: 'a line right above', change: [[3, 0], [3, 0], 'x = 1\n'], is: 5 },
  { what: 'Enter before its first word', change: [[3, 4], [3, 4], '\n    '], is: 5 },
  { what: 'Enter at the end of the line above', change: [[2, 12], [2, 12], '\r\n    '], is: 5 },
  { what: 'Enter within it', change: [[3, 8], [3, 8], '\n'], is: 4 },
  { what: 'a line below', change: [[4, 0], [4, 0], 'x = 1\n'], is: 4 },
  { what: 'Enter at its end', change: [[3, 18], [3, 18], '\n'], is: 4 },
  { what: 'a word in it', change: [[3, 15], [3, 17], '5'], is: 4 },
  { what: 'a word in the line above', change: [[2, 10], [2, 11], 'n + 1'], is: 4 },
  { what: 'the line above is deleted', change: [[2, 0], [3, 0], ''], is: 3 },
  { what: 'it is joined to the line above', change: [[2, 12], [3, 4], ' '], is: 3 },
  { what: 'two lines above become three', change: [[0, 0], [1, 18], 'a\nb\nc'], is: 5 },
  { what: 'it is deleted', change: [[3, 0], [4, 0], ''], is: 4 },
  { what: 'it is deleted with the lines about it', change: [[1, 0], [4, 11], ''], is: 2 },
  { what: 'everything is replaced', change: [[0, 0], [4, 11], 'pass'], is: 1 },
];

for (const { what, change: [from, to, text], is } of CASES) {
  test(`the live line after an edit: ${what}`, () => {
    const change = { range: { start: at(from), end: at(to) }, text };
    const edited = applied(change);
    assert.equal(shifted(LIVE, [change], (it) => edited[it] ?? ''), is);
  });
}

test('the live line after edits in several places at once', () => {
  const line = (number: number): Change => ({ range: { start: at([number, 0]), end: at([number, 0]) }, text: '# new\n' });
  assert.equal(shifted(LIVE, [line(4), line(2), line(0)], () => ''), 6);
});

function at([line, character]: [number, number]): { line: number; character: number } {
  return { line, character };
}

function applied({ range: { start, end }, text }: Change): string[] {
  const before = [...TEXT.slice(0, start.line), TEXT[start.line]?.slice(0, start.character)].join('\n');
  const after = [TEXT[end.line]?.slice(end.character), ...TEXT.slice(end.line + 1)].join('\n');
  return (before + text + after).split(/\r\n|\n/);
}
