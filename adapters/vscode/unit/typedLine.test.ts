import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypedLine, type LineEnd } from '../src/files/typedLine';

/** What keys give, and what is left of them. */
function typed(...keys: string[]): { end?: LineEnd; rest: string } {
  const line = new TypedLine(false);
  for (const it of keys.slice(0, -1)) assert.equal(line.take(it).end, undefined, it);
  return line.take(keys.at(-1) ?? '');
}

/** What a terminal shows of what is written to it: one row, with a cursor. */
function shown(...written: string[]): string {
  let [row, at, saved] = ['', 0, 0];
  for (const it of written.join('').match(/\u001b7|\u001b8|\u001b\[J|./gs) ?? []) {
    if (it === '\u001b7') saved = at;
    else if (it === '\u001b8') at = saved;
    else if (it === '\u001b[J') row = row.slice(0, at);
    else [row, at] = [row.slice(0, at) + it + row.slice(at + 1), at + 1];
  }
  return `${row.slice(0, at)}|${row.slice(at)}`;
}

const BACKSPACE = '\u007f';
const LEFT = '\u001b[D';
const EDITED: [keys: string[], line: string][] = [
  [['ada', '\r'], 'ada'],
  [['a', 'd', 'a', '\r'], 'ada'],
  [['adx', BACKSPACE, 'a', '\r'], 'ada'],
  [[BACKSPACE, 'a\r'], 'a'],
  [['e\u0301x', BACKSPACE, BACKSPACE, 'a\r'], 'a'],
  [['a👩‍💻', BACKSPACE, '\r'], 'a'],
  [['aa', LEFT, 'd', '\r'], 'ada'],
  [['aa', LEFT, LEFT, '\u001b[3~', '\r'], 'a'],
  [['da', '\u001b[H', 'a', '\u001b[F', '!\r'], 'ada!'],
  [['da', '\u0001', 'a', '\u0005', '!\r'], 'ada!'],
  [['one two', '\u0017', 'three\r'], 'one three'],
  [['wrong', '\u0015', 'ada\r'], 'ada'],
  [['ada wrong', ...Array<string>(6).fill(LEFT), '\u000b', '\r'], 'ada'],
  [['a\tb\r'], 'a\tb'],
  [['a', '\u001b[A', '\u001b[1;5D', '\u001b', '\r'], 'a'],
  [['one', '\u0004', '\r'], 'one'],
];

for (const [keys, line] of EDITED) {
  test(`${JSON.stringify(keys)} give ${JSON.stringify(line)}`, () => assert.deepEqual(typed(...keys), { end: { line }, rest: '' }));
}

test('of pasted lines the first one is given, and the others are left for the next questions', () => {
  assert.deepEqual(typed('one\r\ntwo\rthree'), { end: { line: 'one' }, rest: 'two\rthree' });
});

test('Ctrl+C interrupts, Ctrl+D in an empty line is the end of the file', () => {
  assert.deepEqual(typed('wrong', '\u0003'), { end: 'interrupt', rest: '' });
  assert.deepEqual(typed('\u0004'), { end: 'endOfFile', rest: '' });
  assert.deepEqual(typed('a', BACKSPACE, '\u0004'), { end: 'endOfFile', rest: '' });
});

test('what is typed stands behind the question as it is edited', () => {
  const line = new TypedLine(false);
  const written = ['Who? ', line.begin()];
  const steps: [key: string, seen: string][] = [
    ['adx', 'Who? adx|'], [BACKSPACE, 'Who? ad|'], ['a', 'Who? ada|'], [LEFT, 'Who? ad|a'], ['m', 'Who? adm|a'], ['\u0015', 'Who? |a'], ['\u000b', 'Who? |'],
  ];
  for (const [key, seen] of steps) {
    line.take(key);
    written.push(line.draw());
    assert.equal(shown(...written), seen);
  }
});

test('what is printed meanwhile comes before the line', () => {
  const line = new TypedLine(false);
  const written = ['Who? ', line.begin()];
  line.take('ad');
  written.push(line.draw(), line.erase(), 'news. ', line.begin());
  assert.equal(shown(...written), 'Who? news. ad|');
});

test('a password is not shown', () => {
  const line = new TypedLine(true);
  const written = ['Password: ', line.begin()];
  assert.deepEqual(line.take('secret\r'), { end: { line: 'secret' }, rest: '' });
  assert.equal(shown(...written, line.draw()), 'Password: |');
});
