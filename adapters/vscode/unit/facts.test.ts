import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { aboutOf, FACTS, keyOf, labelOf, parseFacts, pathOf, whyNot, type Facts } from '../src/server/facts';

const facts: Facts = { version: [3, 12, 1], executable: '/w/.venv/bin/python', prefix: '/w/.venv', kind: 'venv', isFree: false, implementation: 'cpython', packages: {} };

test('an interpreter tells what it is and has', () => {
  const told = parseFacts(spawnSync('python3', ['-c', FACTS], { encoding: 'utf8', cwd: '/' }).stdout);
  assert.equal(told?.version[0], 3);
  assert.equal(told.implementation, 'cpython');
  assert.ok(told.prefix.length > 0);
});

test('what says something else is no Python; what prints before is one', () => {
  for (const it of ['', 'hello', '[]', '{}', 'null']) assert.equal(parseFacts(it), undefined, it);
  assert.deepEqual(parseFacts(`a sitecustomize\n${JSON.stringify(facts)}\n`), facts);
});

for (const [what, changes, label, says] of [
  ['an environment', { packages: { marimo: '0.9', pandas: '2.1' } }, 'Python 3.12.1 (.venv)', /^Runs notebooks; has marimo 0\.9, pandas 2\.1$/],
  ['the system', { kind: '', prefix: '/usr' }, 'Python 3.12.1', /^Runs notebooks; has no pandas/],
  ['an old one', { version: [3, 9, 2], kind: '' }, 'Python 3.9.2', /^Cannot be used: notebooks need Python 3\.11 or later/],
  ['one of the last century', { version: [2, 7, 18], kind: '' }, 'Python 2.7.18', /^Cannot be used/],
  ['another implementation', { implementation: 'pypy', kind: '' }, 'Python 3.12.1', /CPython/],
  ['a free-threaded one', { isFree: true, kind: '' }, 'Python 3.12.1', /global interpreter lock/],
] as const) {
  test(`an interpreter in the list: ${what}`, () => {
    const it = { ...facts, ...changes } as Facts;
    assert.equal(labelOf(it), label);
    assert.match(aboutOf(it), says);
    assert.equal(whyNot(it) === undefined, aboutOf(it).startsWith('Runs notebooks'));
  });
}

test('a shim is not what is chosen: it means another Python tomorrow', () => {
  assert.equal(pathOf('/home/me/.pyenv/shims/python3', facts), '/w/.venv/bin/python');
  assert.equal(pathOf('/usr/bin/python3', facts), '/usr/bin/python3');
});

test('two paths of one environment are one', () => {
  assert.equal(keyOf(facts), keyOf({ ...facts }));
  assert.notEqual(keyOf(facts), keyOf({ ...facts, version: [3, 12, 2] }));
  assert.notEqual(keyOf(facts), keyOf({ ...facts, prefix: '/w/venv' }));
});
