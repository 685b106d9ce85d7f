import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileOf, Gallery, imageOf } from '../src/views/gallery';
import { page } from '../src/views/galleryPage';

const png = (data = 'iVBO'): Record<string, unknown> => ({ 'image/png': data, 'text/plain': '<Figure>' });
const source = { name: 'plot.py', path: '/w/plot.py' };

test('an image of a bundle becomes a data URI, the sharpest first', () => {
  assert.equal(imageOf(png('iV\nBO\n')), 'data:image/png;base64,iVBO');
  assert.equal(imageOf({ 'image/jpeg': '/9j/' }), 'data:image/jpeg;base64,/9j/');
  const svg = '<svg>é</svg>';
  assert.equal(imageOf({ ...png(), 'image/svg+xml': svg }), `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
  assert.equal(imageOf({ 'text/html': '<b>1</b>' }), undefined);
  assert.equal(imageOf({ 'image/png': null }), undefined);
});

test('the newest plot is first, and values that are no image are not taken', () => {
  const gallery = new Gallery();
  assert.equal(gallery.add('s', { data: png('a'), source, line: 3 }), true);
  assert.equal(gallery.add('s', { data: { 'text/plain': '42' } }), false);
  gallery.add('s', { data: png('b'), source: { name: 'nb.ipynb' } });
  assert.deepEqual(gallery.all.map((it) => it.title), ['nb.ipynb', 'plot.py:3']);
  assert.equal(gallery.find(1)?.line, 3);
  assert.equal(gallery.find(3), undefined);
  gallery.clear();
  assert.equal(gallery.all.length, 0);
});

test('a display that is updated stays where it is; another session\'s of the same name is another', () => {
  const gallery = new Gallery();
  gallery.add('s', { data: png('a'), displayId: 'd' });
  gallery.add('s', { data: png('b') });
  assert.equal(gallery.add('s', { data: png('c'), displayId: 'd', update: true }), true);
  assert.deepEqual(gallery.all.map((it) => it.image.slice(-1)), ['b', 'c']);
  gallery.add('t', { data: png('e'), displayId: 'd', update: true });
  assert.deepEqual(gallery.all.map((it) => it.image.slice(-1)), ['e', 'b', 'c']);
});

test('fifty plots are kept', () => {
  const gallery = new Gallery();
  for (let number = 1; number <= 60; number++) gallery.add('s', { data: png() });
  assert.deepEqual([gallery.all.length, gallery.all.at(0)?.id, gallery.all.at(-1)?.id], [50, 60, 11]);
});

test('large plots are fewer, and the newest is always there', () => {
  const gallery = new Gallery();
  for (const size of [20, 30, 30]) gallery.add('s', { data: png('x'.repeat(size * 2 ** 20)) });
  assert.deepEqual(gallery.all.map((it) => it.id), [3, 2]);
  gallery.add('s', { data: png('x'.repeat(70 * 2 ** 20)) });
  assert.deepEqual(gallery.all.map((it) => it.id), [4]);
});

test('a page is told what is new to it, a fresh one of all', () => {
  const gallery = new Gallery();
  const told = (ofAll?: boolean): unknown => {
    const { ids, changed } = gallery.drawing(ofAll);
    return [ids, changed.map((it) => `${it.id}${it.image.slice(-1)}`)];
  };
  gallery.add('s', { data: png('a'), displayId: 'd' });
  gallery.add('s', { data: png('b') });
  assert.deepEqual(told(), [[2, 1], ['2b', '1a']]);
  gallery.add('s', { data: png('c'), displayId: 'd', update: true });
  assert.deepEqual(told(), [[2, 1], ['1c']]);
  assert.deepEqual(told(), [[2, 1], []]);
  assert.deepEqual(told(true), [[2, 1], ['2b', '1c']]);
  gallery.clear();
  assert.deepEqual(told(), [[], []]);
});

test('only our script may run in the page, and it makes no markup of what it is told', () => {
  const html = page();
  const nonce = /script-src 'nonce-(\w+)'/.exec(html)?.[1];
  assert.ok(nonce !== undefined && html.includes(`<script nonce="${nonce}">`));
  assert.notEqual(page(), html, 'each page has a nonce of its own');
  assert.doesNotMatch(html, /innerHTML|insertAdjacentHTML|document\.write/);
});

test('an empty view says what it is for', () => assert.match(page(), /plots that a notebook draws/));

const TABLE = '<div><table><tr><td>1</td></tr></table></div>';
const TABLES: [name: string, html: unknown, isTaken: boolean][] = [
  ['a table', TABLE, true],
  ['one of pandas', `<style scoped>td { color: red }</style>\n<table border="1" class="dataframe"><thead></thead></table>`, true],
  ['other HTML', '<b>bold</b>', false],
  ['a word', 'a &lt;table&gt;', false],
  ["marimo's", `<marimo-table data="<table>"></marimo-table>${TABLE}`, false],
  ['one that is too long', `${TABLE}${' '.repeat(2 ** 20)}`, false],
  ['nothing', null, false],
];
for (const [name, html, isTaken] of TABLES) {
  test(`a file's HTML is taken as a table: ${name}`, () => {
    const data = { 'text/html': html, 'text/plain': 'words' };
    assert.equal(new Gallery().add('s', { data }, true), isTaken);
    assert.equal(new Gallery().add('s', { data }), false, 'cells show theirs');
  });
}

test('what is saved has the bytes, and a name of where it was made', () => {
  const gallery = new Gallery();
  gallery.add('s', { data: png('iVBO'), source, line: 3 });
  gallery.add('s', { data: { 'image/svg+xml': '<svg/>' }, source: { name: 'a b.py' }, line: 1 });
  gallery.add('s', { data: { 'text/html': TABLE } }, true);
  const files = gallery.all.map(fileOf).map(({ name, data }) => [name, Buffer.from(data).toString('latin1')]);
  assert.deepEqual(files, [['plot.html', TABLE], ['a-b.py-1.svg', '<svg/>'], ['plot.py-3.png', '\x89PN']]);
});
