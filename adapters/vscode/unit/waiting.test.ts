import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemOf, parseWaiting } from '../src/debug/waiting';

const LISTED = '4711\t/w/a b.ipynb\tPython 3.12.1\t/v/bin/python\n4712\t/w/c.py\tPython 3.11.7\t/usr/bin/python3\n';

test('the kernels that wait are read from the list', () => {
  assert.deepEqual(parseWaiting(LISTED), [
    { id: '4711', notebook: '/w/a b.ipynb', python: 'Python 3.12.1' },
    { id: '4712', notebook: '/w/c.py', python: 'Python 3.11.7' },
  ]);
  assert.deepEqual(parseWaiting(''), []);
});

test('a kernel is picked by its notebook', () => {
  const [first] = parseWaiting(LISTED);
  assert.ok(first);
  assert.deepEqual(itemOf(first), { label: 'a b.ipynb', description: '/w/a b.ipynb · Python 3.12.1 · 4711', id: '4711' });
});
