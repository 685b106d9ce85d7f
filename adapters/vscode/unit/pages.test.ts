import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE } from '../src/tables/groups';
import { Pages, type Span } from '../src/tables/page/pages';

/** A table of numbered rows; what is asked for is noted. */
function table(length = 1_000_000): { pages: Pages<string>; asked: Span[]; look: (start: number, count?: number) => void; answer: (mark?: string) => void } {
  const asked: Span[] = [];
  const pages = new Pages<string>((it) => asked.push(it));
  const answer = (mark = ''): void => {
    const { start, count } = asked.at(-1) ?? { start: 0, count: 0 };
    pages.take(start, Array.from({ length: Math.min(count, length - start) }, (_it, at) => `${mark}${start + at}`));
  };
  return { pages, asked, look: (start, count = 30) => pages.look({ start, count }, length), answer };
}

test('what comes into view is asked for once, in whole pages', () => {
  const { pages, asked, look, answer } = table();
  look(-20);
  look(0);
  assert.deepEqual(asked, [{ start: 0, count: PAGE }]);
  answer();
  assert.equal(pages.get(7), '7');
  assert.equal(pages.get(PAGE), undefined);
  look(PAGE - 10);
  assert.deepEqual(asked.slice(1), [{ start: PAGE, count: PAGE }]);
  answer();
  look(10);
  assert.equal(asked.length, 2);
});

test('a slow kernel is not asked for what was scrolled away meanwhile', () => {
  const { pages, asked, look, answer } = table();
  for (let row = 0; row < 900_000; row += 5000) look(row);
  assert.equal(asked.length, 1);
  answer();
  assert.deepEqual(asked.slice(1), [{ start: 895_000, count: PAGE }]);
  answer();
  assert.equal(pages.get(895_001), '895001');
  assert.equal(asked.length, 2);
});

test('the last page is short, and nothing is asked for beyond it', () => {
  const { pages, asked, look, answer } = table(PAGE + 5);
  look(PAGE - 10, 60);
  answer();
  assert.equal(pages.get(PAGE + 4), `${PAGE + 4}`);
  look(PAGE, 60);
  assert.deepEqual(asked, [{ start: 0, count: 2 * PAGE }]);
  const empty = table(0);
  empty.look(0);
  assert.deepEqual(empty.asked, []);
});

test('rows of before are shown until the new ones are there, unless they are others', () => {
  const { pages, asked, look, answer } = table();
  look(0);
  answer('old ');
  pages.changed(true);
  look(0);
  assert.equal(pages.get(3), 'old 3');
  assert.equal(asked.length, 2);
  answer('new ');
  assert.equal(pages.get(3), 'new 3');
  pages.changed(false);
  assert.equal(pages.get(3), undefined);
});

test('a table that is shorter now is not asked for where it is no more', () => {
  const { pages, asked, look, answer } = table();
  look(500_000);
  answer();
  pages.changed(true);
  pages.take(0, ['0']);
  assert.equal(asked.length, 1);
  pages.look({ start: 0, count: 30 }, 1);
  assert.equal(asked.length, 1);
});

test('what could not be had is asked for at the next look', () => {
  const { pages, asked, look, answer } = table();
  look(0);
  pages.failed();
  assert.equal(asked.length, 1);
  look(0);
  answer();
  assert.equal(pages.get(0), '0');
});

test('of a long table that was scrolled through some pages are kept', () => {
  const { pages, look, answer } = table();
  for (let row = 0; row < 500 * PAGE; row += PAGE) {
    look(row, 10);
    answer();
  }
  assert.equal(pages.get(0), undefined);
  assert.equal(pages.get(499 * PAGE), `${499 * PAGE}`);
});
