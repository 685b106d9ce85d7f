import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamText } from '../src/controller/streamText';

const LINE = `${'x'.repeat(999)}\n`;

const CASES: [name: string, told: [text: string, held: string][], shown: string, isOver: boolean][] = [
  ['nothing', [], 'before\n', true],
  ['a bar that grows', [['', ' 50%'], ['', '100%']], 'before\n100%', false],
  ['a bar that is done', [['', ' 50%'], ['100%\n', '']], 'before\n100%\n', true],
  ['a bar that goes away', [['', ' 50%'], ['', '']], 'before\n', true],
  ['a line before a bar that goes on', [['', ' 50%'], ['note\n', ' 51%']], 'before\nnote\n 51%', false],
];

for (const [name, told, shown, isOver] of CASES) {
  test(`what is written over: ${name}`, () => {
    const text = new StreamText('before\n');
    for (const [done, held] of told) text.hold(done, held);
    assert.equal(text.shown, shown);
    assert.equal(text.held === '', isOver);
  });
}

test('what is as it was is not drawn anew', () => {
  const text = new StreamText('');
  text.hold('', ' 50%');
  assert.equal(text.isDrawn, false);
  text.isDrawn = true;
  text.hold('', ' 50%');
  assert.equal(text.isDrawn, true);
});

test('of a text that is printed at length nothing is kept', () => {
  const text = new StreamText('');
  for (let n = 0; n < 40; n++) text.add(LINE);
  assert.equal(text.isShort, false);
  assert.equal(text.shown, '');
});
