import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forCell, type Known } from '../src/controller/traceback';

const known: Known = {
  cell: (name) => (name === 'cell 2' ? { order: 7, lines: ['n = 1', 'def f():', '    return n / 0', '', 'f()'] } : undefined),
  file: (path) => (path === '/lib/a.py' ? Array.from({ length: 9 }, (_, at) => `line ${at + 1}`) : undefined),
};
const plain = (text: string): string => text.replace(/\u001b\[\d+m/g, '');

const CASES: [name: string, traceback: string, shown: string][] = [
  ['frames of a cell', `Traceback (most recent call last):
  File "/w/nb.ipynb", cell 2, line 5, in <module>
    f()
    ~^^
  File "/w/nb.ipynb", cell 2, line 3, in f
    return n / 0
           ~~^~~
ZeroDivisionError: division by zero
`, `Traceback (most recent call last):
Cell In[7], line 5, in <module>
      3     return n / 0
      4 
----> 5 f()
        ~^^
Cell In[7], line 3, in f
      1 n = 1
      2 def f():
----> 3     return n / 0
                   ~~^~~
      4 
      5 f()
ZeroDivisionError: division by zero`],
  ['a file', `Traceback (most recent call last):
  File "/lib/a.py", line 5, in g
    line 5
ValueError`, `Traceback (most recent call last):
File /lib/a.py:5, in g
      3 line 3
      4 line 4
----> 5 line 5
      6 line 6
      7 line 7
ValueError`],
  ['a file that cannot be read, and one that is another now', `Traceback (most recent call last):
  File "/lib/b.py", line 5, in g
    x = 1
    ^^^^^
  File "/lib/a.py", line 5, in g
    was this
ValueError: no`, `Traceback (most recent call last):
File /lib/b.py:5, in g
----> 5 x = 1
        ^^^^^
File /lib/a.py:5, in g
----> 5 was this
ValueError: no`],
  ['what VS Code has no place for stays as Python has it', `Traceback (most recent call last):
  File "/w/nb.ipynb (as it ran)", line 5, in g
    x = 1
  File "<string>", line 1, in <module>
  File "/w/nb.ipynb", cell 9, line 1, in <module>
    y
NameError: name 'y' is not defined`, `Traceback (most recent call last):
  File "/w/nb.ipynb (as it ran)", line 5, in g
    x = 1
  File "<string>", line 1, in <module>
  File "/w/nb.ipynb", cell 9, line 1, in <module>
    y
NameError: name 'y' is not defined`],
  ['an error of syntax', `  File "/w/nb.ipynb", cell 2, line 1
    n = 1
    ^
SyntaxError: invalid syntax`, `Cell In[7], line 1
----> 1 n = 1
        ^
      2 def f():
      3     return n / 0
SyntaxError: invalid syntax`],
  ['a group', `  + Exception Group Traceback (most recent call last):
  |   File "/w/nb.ipynb", cell 2, line 5, in <module>
  |     f()
  | ExceptionGroup: two (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: a
    +------------------------------------`, ''],
];
for (const [name, traceback, shown] of CASES) {
  test(`a traceback in its cell: ${name}`, () => assert.equal(plain(forCell(traceback, known)), shown === '' ? traceback : shown));
}

test('VS Code finds its links in it', () => { // its own patterns, of the renderer of errors
  const cell = /Cell\s+(?:\u001b\[.+?m)?In\s*\[(?<executionCount>\d+)\],\s*(?<lineLabel>line (?<lineNumber>\d+)).*/;
  const numbered = /^((?:\u001b\[.+?m)?[ \->]+?)(\d+)(?:\u001b\[0m)?( .*)/;
  const file = /File\s+(?:\u001b\[.+?m)?(.+):(\d+)/;
  const [, head = '', ...lines] = forCell(CASES[0]?.[1] ?? '', known).split('\n');
  assert.equal(cell.exec(head)?.groups?.['executionCount'], '7');
  assert.deepEqual(lines.slice(0, 3).map((it) => numbered.exec(it)?.[2]), ['3', '4', '5']);
  assert.equal(file.exec(forCell(CASES[1]?.[1] ?? '', known))?.[1], '/lib/a.py');
});

test('the name of the error has a colour, the words of its message none', () => {
  const text = forCell('Traceback (most recent call last):\n  File "<x>", line 1, in y\nlib.Error: one\ntwo: three\n', known);
  assert.match(text, /\u001b\[31mlib\.Error\u001b\[0m: one\ntwo: three$/);
});

test('of a deep stack the frames in the middle are without the lines around them', () => {
  const frames = '  File "/lib/a.py", line 5, in g\n    line 5\n'.repeat(100);
  const lines = forCell(`Traceback (most recent call last):\n${frames}RecursionError: deep\n`, known).split('\n');
  assert.equal(lines.length, 2 + 40 * 6 + 60 * 2);
});
