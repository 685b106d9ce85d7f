import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { FACTS, offerOf, parseFacts } from '../src/server/offer';

const PICK = 'Pick Interpreter';

for (const [what, found, says, actions, hasFolder] of [
  ['a Python that can take it', { version: [3, 12], isManaged: false }, /not installed in \/p.*Install it, and start again/, ['Install', PICK], true],
  ['one that tells nothing', undefined, /not installed in \/p/, ['Install', PICK], true],
  ['an old one', { version: [3, 10], isManaged: false }, /3\.11 or later; this is 3\.10/, [PICK], true],
  ['one of the last century', { version: [2, 7], isManaged: false }, /this is 2\.7/, [PICK], true],
  ["the system's", { version: [3, 13], isManaged: true }, /takes no packages/, ['Create .venv and Install', PICK], true],
  ["the system's, without a folder for an environment", { version: [3, 13], isManaged: true }, /takes no packages/, [PICK], false],
  ['none', 'ENOENT', /^The Python \/p does not exist\. Pick/, [PICK], true],
  ['one that may not be run', 'EACCES', /^The Python \/p cannot be run \(EACCES\)\. Pick/, [PICK], true],
] as const) {
  test(`the package is offered where it can be installed: ${what}`, () => {
    const facts = typeof found === 'object' ? { version: [...found.version] as [number, number], isManaged: found.isManaged } : found;
    const offer = offerOf('/p', facts, hasFolder);
    assert.match(offer.text, says);
    assert.deepEqual(offer.actions, actions);
  });
}

test('an interpreter tells its facts', () => {
  const facts = parseFacts(spawnSync('python3', ['-c', FACTS], { encoding: 'utf8' }).stdout);
  assert.equal(facts?.version[0], 3);
  assert.equal(typeof facts.isManaged, 'boolean');
  assert.equal(parseFacts(''), undefined);
});
