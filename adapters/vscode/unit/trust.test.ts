import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { doubtOf, isRootUnknown } from '../src/server/trust';

const PYTHON = join('env', 'bin', 'python');
const PACKAGES = join('env', 'lib', 'python3.12', 'site-packages');

/** A folder with an environment in it, which only this user can change. */
function environment(): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'trust-')));
  for (const it of [PYTHON, join('env', 'pyvenv.cfg'), join(PACKAGES, 'a.pth'), join('home', 'python3')]) {
    mkdirSync(dirname(join(root, it)), { recursive: true });
    writeFileSync(join(root, it), '');
  }
  writeFileSync(join(root, 'env', 'pyvenv.cfg'), `home = ${join(root, 'home')}\n`);
  for (const it of ['env', join('env', 'bin'), PYTHON, join('env', 'pyvenv.cfg'), join('env', 'lib'), dirname(PACKAGES), PACKAGES, join(PACKAGES, 'a.pth'), 'home']) chmodSync(join(root, it), 0o755);
  return root;
}

test('what only this user can change is trusted, and so is what is not there', async () => {
  assert.equal(await doubtOf(join(environment(), PYTHON)), undefined);
  assert.equal(await doubtOf(join(environment(), 'none', 'bin', 'python')), undefined);
});

for (const changed of [PYTHON, 'env', join('env', 'bin'), join('env', 'pyvenv.cfg'), 'home', PACKAGES, join(PACKAGES, 'a.pth')]) {
  test(`what others can write to is doubted, wherever Python reads it: ${changed}`, async () => {
    const root = environment();
    chmodSync(join(root, changed), 0o777);
    assert.equal(await doubtOf(join(root, PYTHON)), `others can write to ${join(root, changed)}`);
  });
}

test('a link is followed to what it means, and a sticky folder is one in which nobody replaces what is ours', async () => {
  const root = environment();
  mkdirSync(join(root, 'shared'));
  chmodSync(join(root, 'shared'), 0o1777);
  mkdirSync(join(root, 'shared', 'bin'));
  symlinkSync(join('..', '..', PYTHON), join(root, 'shared', 'bin', 'python'));
  assert.equal(await doubtOf(join(root, 'shared', 'bin', 'python')), undefined);
  chmodSync(join(root, 'shared'), 0o777);
  assert.equal(await doubtOf(join(root, 'shared', 'bin', 'python')), `others can write to ${join(root, 'shared')}`);
  chmodSync(join(root, 'shared'), 0o755);
  chmodSync(join(root, 'env', 'bin'), 0o777);
  assert.equal(await doubtOf(join(root, 'shared', 'bin', 'python')), `others can write to ${join(root, 'env', 'bin')}`);
});

test('what belongs to another user is doubted', { skip: process.getuid?.() === 0 ? false : 'only root can give a file to another user' }, async () => {
  const root = environment();
  chownSync(join(root, 'env', 'bin'), 12345, 12345);
  assert.equal(await doubtOf(join(root, PYTHON)), `${join(root, 'env', 'bin')} belongs to another user`);
});

test('settings that cannot be read are doubted', async () => {
  const root = environment();
  writeFileSync(join(root, 'env', 'pyvenv.cfg'), 'x'.repeat(2 ** 17));
  assert.match(await doubtOf(join(root, PYTHON)) ?? '', /pyvenv\.cfg cannot be read as settings$/);
});

for (const [map, overflow, isUnknown] of [
  ['0 0 4294967295\n', 65534, false],
  ['0 1000 1\n', 65534, true],
  ['0 1000 1\n1 100000 65536\n', 65534, false], // it may be a user's own
  ['', 65534, true],
] as const) {
  test(`whether root is known in a user namespace: ${JSON.stringify(map)}`, () => {
    assert.equal(isRootUnknown(map, overflow), isUnknown);
  });
}
