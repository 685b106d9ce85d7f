import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portable, substituted } from '../src/server/portable';

const around = { home: '/home/me', folder: '/home/me/work', env: { CONDA: '/opt/conda' } };

for (const [path, written] of [
  ['/home/me/work/.venv/bin/python', '${workspaceFolder}/.venv/bin/python'],
  ['/home/me/work/sub/../.venv/bin/python', '${workspaceFolder}/.venv/bin/python'],
  ['/home/me/.pyenv/versions/3.12.1/bin/python', '~/.pyenv/versions/3.12.1/bin/python'],
  ['/home/me/workshop/bin/python', '~/workshop/bin/python'],
  ['/home/me/..x/python', '~/..x/python'],
  ['/home/me2/bin/python', '/home/me2/bin/python'],
  ['/usr/bin/python3', '/usr/bin/python3'],
  ['python3', 'python3'],
] as const) {
  test(`a setting names no home that is another's: ${path}`, () => {
    assert.equal(portable(path, around), written);
  });
}

test('without a folder, or without a home', () => {
  assert.equal(portable('/home/me/work/.venv/bin/python', { home: '/home/me' }), '~/work/.venv/bin/python');
  assert.equal(portable('/home/me/work/x', { home: '' }), '/home/me/work/x');
});

for (const [setting, path] of [
  ['${workspaceFolder}/.venv/bin/python', '/home/me/work/.venv/bin/python'],
  ['~/x/python', '/home/me/x/python'],
  ['~', '/home/me'],
  ['~you/python', '/home/me/work/~you/python'],
  ['${userHome}/python', '/home/me/python'],
  ['${env:CONDA}/bin/python', '/opt/conda/bin/python'],
  ['${env:NONE}/bin/python', '/bin/python'],
  ['.venv/bin/python', '/home/me/work/.venv/bin/python'],
  ['python3.12', 'python3.12'],
  ['/usr/bin/python3', '/usr/bin/python3'],
] as const) {
  test(`a setting is read: ${setting}`, () => {
    assert.equal(substituted(setting, around), path);
  });
}

test('what is written is read again', () => {
  for (const it of ['/home/me/work/.venv/bin/python', '/home/me/a b/python', '/usr/bin/python3']) {
    assert.equal(substituted(portable(it, around), around), it);
  }
});
