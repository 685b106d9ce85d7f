import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemOf, orphanFor, parseOrphans } from '../src/debug/orphanList';

const LISTED = '4711\t/w/a b.ipynb\tdap-kernel\twaits\t3 min\tPython 3.12.1\t/v/bin/python\n4712\t/w/c.py\tdap-kernel\twaits\t2 h\tPython 3.11.7\t/usr/bin/python3\n'
  + '99\t/w/serve.py\tpython\truns\t1 d\tPython 3.12.1\t/v/bin/python\n';

test('the kernels of ours that wait are read from the list', () => {
  assert.deepEqual(parseOrphans(LISTED), [
    { id: '4711', notebook: '/w/a b.ipynb', python: 'Python 3.12.1', executable: '/v/bin/python' },
    { id: '4712', notebook: '/w/c.py', python: 'Python 3.11.7', executable: '/usr/bin/python3' },
  ]);
  assert.deepEqual(parseOrphans(''), []);
});

test('a kernel is picked by its notebook', () => {
  const [first] = parseOrphans(LISTED);
  assert.ok(first);
  assert.deepEqual(itemOf(first), { label: 'a b.ipynb', description: '/w/a b.ipynb · Python 3.12.1 · 4711', id: '4711' });
});

const LOST = parseOrphans('3\t/w/a.ipynb\tdap-kernel\twaits\t3 min\tPython 3.12.1\t/v/bin/python\n2\t/w/a.ipynb\tdap-kernel\twaits\t3 min\tPython 3.12.1\t/v/bin/python\n1\t/w/a.ipynb\tdap-kernel\twaits\t3 min\tPython 3.11.7\t/usr/bin/python3\n');

for (const [what, program, interpreter, id] of [
  ['the newest', '/w/a.ipynb', undefined, '3'],
  ['the newest on the chosen interpreter', '/w/a.ipynb', '/v/bin/../bin/python', '3'],
  ['an older one on the chosen interpreter', '/w/a.ipynb', '/usr/bin/python3', '1'],
  ['one on an interpreter of the path', '/w/a.ipynb', 'python3', '1'],
  ['none on another interpreter', '/w/a.ipynb', '/other/bin/python', undefined],
  ['none of another notebook', '/w/b.ipynb', undefined, undefined],
] as const) {
  test(`a notebook goes on in the kernel that waits: ${what}`, () => assert.equal(orphanFor(program, interpreter, LOST)?.id, id));
}
