import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elapsed } from '../src/views/elapsed';

const CASES: [milliseconds: number, via: string | undefined, text: string][] = [
  [0, undefined, ''], [900, 'load', ''], [960, undefined, '1 s'], [1000, undefined, '1 s'], [3400, 'load', '3 s in load'],
  [59_900, undefined, '59 s'], [60_000, undefined, '1:00'], [125_000, 'fit', '2:05 in fit'], [3_600_000, undefined, '1:00:00'],
  [36_610_000, undefined, '10:10:10'],
];

test('the seconds of a line in a loop are said to be of the loop', () => {
  assert.equal(elapsed(3400, undefined, true), 'loop: 3 s');
  assert.equal(elapsed(125_000, 'fit', true), 'loop: 2:05 in fit');
  assert.equal(elapsed(900, 'fit', true), '');
});

for (const [milliseconds, via, text] of CASES) {
  test(`after ${milliseconds} ms${via === undefined ? '' : ` in ${via}`} the live line says "${text}"`, () =>
    assert.equal(elapsed(milliseconds, via), text));
}
