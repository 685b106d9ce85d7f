import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gallery, imageOf, page } from '../src/views/gallery';

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

test('a title cannot break out of the page, and only our script may run', () => {
  const gallery = new Gallery();
  gallery.add('s', { data: png(), source: { name: '"><script>alert(1)</script>' } });
  const html = page(gallery.all);
  assert.doesNotMatch(html, /<script>alert/);
  assert.match(html, /&#34;&#62;&#60;script/);
  const nonce = /script-src 'nonce-(\w+)'/.exec(html)?.[1];
  assert.ok(nonce !== undefined && html.includes(`<script nonce="${nonce}">`));
  assert.notEqual(page(gallery.all), html, 'each page has a nonce of its own');
});

test('an empty view says what it is for', () => assert.match(page([]), /plots that a notebook draws/));
