import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFit, offerInstead, offerOf, verdictOf } from '../src/server/verdict';

const PICK = 'Pick an Interpreter';
const told = (it: object): string => JSON.stringify(it);

test('what an interpreter tells of itself', () => {
  const fit = verdictOf('/p', `${told({ version: '3.12.1' })}\n`, undefined);
  assert.deepEqual(fit, { interpreter: '/p', version: '3.12.1' });
  assert.ok(isFit(fit));
  const old = verdictOf('/p', told({ version: '3.9.2', unfit: 'is Python 3.9; 3.11 or later is needed' }), undefined);
  assert.ok(!isFit(old));
  assert.ok(!isFit(verdictOf('/p', told({ version: '3.16.0', missing: '/own/x', error: 'No module' }), undefined)));
});

for (const [printed, problem, says] of [
  ['', 'ENOENT', /does not exist/],
  ['', 'Unknown option: -I\nusage: python', /cannot be used as a Python \(Unknown option: -I\)$/],
  ['', 'EACCES', /cannot be used as a Python \(EACCES\)/],
  ['hello', undefined, /it says nothing/],
  ['[]', undefined, /it says nothing/],
  ['null', undefined, /it says nothing/],
] as const) {
  test(`what is no Python is not fit: ${problem ?? printed}`, () => {
    const verdict = verdictOf('/p', printed, problem);
    assert.ok(!isFit(verdict));
    assert.match(verdict.unfit ?? '', says);
  });
}

test('a chosen interpreter that can run no notebook is said, with who says so', () => {
  const gone = verdictOf('/none', '', 'ENOENT');
  assert.equal(offerInstead(gone, true).text, 'Your notebooks are to run on /none, which does not exist.');
  assert.match(offerInstead(gone, true).detail, /setting "dap-kernel\.interpreter"/);
  assert.match(offerInstead(gone, false).detail, /Python extension/);
  assert.deepEqual(offerInstead(gone, true).actions, [PICK]);
});

const old = { interpreter: '/old', version: '3.9.2', unfit: 'is Python 3.9; 3.11 or later is needed' };
const newer = { interpreter: '/new', version: '3.17.0', missing: '/own/msgspec-1' };

for (const [what, verdicts, says, actions] of [
  ['no Python at all', [], /No Python was found\./, [PICK]],
  ['an old one', [old], /\/old is Python 3\.9; 3\.11 or later is needed\. Install a newer Python/, [PICK]],
  ['the one that is set does not exist', [verdictOf('/none', '', 'ENOENT'), old], /^\/none does not exist\./, [PICK]],
  ['one that the bundle has nothing for', [old, newer], /\/new .* into a folder of this extension/, ['Install', PICK]],
] as const) {
  test(`what is said and offered: ${what}`, () => {
    const offer = offerOf([...verdicts]);
    assert.match(offer.detail, says);
    assert.deepEqual(offer.actions, actions);
    assert.equal(offer.install, offer.actions.includes('Install') ? newer : undefined);
  });
}
