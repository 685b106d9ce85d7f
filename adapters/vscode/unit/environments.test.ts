import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { inEnvironment, interpretersAmong } from '../src/server/environments';
import { asked, interpreterAt, interpreters } from '../src/server/machine';

test('what the user\'s shell calls python3 comes before the others, then the newest', () => {
  const names = ['python', 'python3.9', 'python3.12', 'pythonw', 'python3', 'python3-config', 'python3.12-config', 'ipython3', 'python3.9.bak'];
  assert.deepEqual(interpretersAmong(names), ['python3', 'python3.12', 'python3.9', 'python']);
});

test('interpreters of an environment', () => {
  assert.deepEqual(inEnvironment('e'), [join('e', 'bin', 'python'), join('e', 'bin', 'python3')]);
});

/** A machine with programs at these paths; return what is found there. */
async function found(paths: string[], env: Record<string, string>): Promise<string[]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'machine-')));
  for (const it of paths) {
    mkdirSync(dirname(join(root, it)), { recursive: true });
    writeFileSync(join(root, it), '#!/bin/sh\n');
    chmodSync(join(root, it), 0o755);
  }
  const own = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value.replaceAll('ROOT', root)]));
  const all = await interpreters({ home: join(root, 'home'), env: own, folders: [join(root, 'work')] });
  return all.filter((it) => it.path.startsWith(root)).map(({ origin, path }) => `${origin}: ${path.slice(root.length + 1)}`);
}

for (const [what, paths, env, expected] of [
  ['the path, in its order', ['b/python3', 'a/python3', 'a/python3.13', 'a/python3.13-config'], { PATH: `ROOT/a${delimiter}${delimiter}.${delimiter}ROOT/b` },
    ['On the path: a/python3', 'On the path: a/python3.13', 'On the path: b/python3']],
  ['pyenv, the newest first', ['home/.pyenv/versions/3.9.1/bin/python', 'home/.pyenv/versions/3.12.1/bin/python'], {},
    ['pyenv: home/.pyenv/versions/3.12.1/bin/python', 'pyenv: home/.pyenv/versions/3.9.1/bin/python']],
  ['pyenv elsewhere', ['p/versions/mine/bin/python'], { PYENV_ROOT: 'ROOT/p' }, ['pyenv: p/versions/mine/bin/python']],
  ['conda', ['home/miniforge3/bin/python', 'home/miniforge3/envs/ml/bin/python'], {},
    ['conda: home/miniforge3/bin/python', 'conda: home/miniforge3/envs/ml/bin/python']],
  ['what is activated, once', ['work/.venv/bin/python'], { VIRTUAL_ENV: 'ROOT/work/.venv' }, ['Activated: work/.venv/bin/python']],
  ['uv', ['home/.local/share/uv/python/cpython-3.13.1-linux/bin/python3'], {}, ['uv: home/.local/share/uv/python/cpython-3.13.1-linux/bin/python3']],
  ['environments of the folder, by any name', ['work/.venv/bin/python', 'work/mine/bin/python', 'work/src/bin/tool'], {},
    ['In this folder: work/.venv/bin/python', 'In this folder: work/mine/bin/python']],
  ['poetry and the like', ['home/.cache/pypoetry/virtualenvs/x-py3.12/bin/python', 'home/.virtualenvs/y/bin/python'], {},
    ['Environments: home/.virtualenvs/y/bin/python', 'Environments: home/.cache/pypoetry/virtualenvs/x-py3.12/bin/python']],
] as const) {
  test(`interpreters of the machine: ${what}`, async () => {
    assert.deepEqual(await found([...paths], env), expected);
  });
}

test('what cannot be run is no interpreter, and a link that leads nowhere is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  const bin = join(folder, '.venv', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'python3'), '');
  symlinkSync(join(folder, 'gone'), join(bin, 'python'));
  mkdirSync(join(folder, 'venv', 'bin', 'python'), { recursive: true });
  const all = await interpreters({ home: folder, env: {}, folders: [folder] });
  assert.deepEqual(all.filter((it) => it.path.startsWith(folder)), []);
});

test('a setting may name the folder of an environment', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'python3'), '');
  chmodSync(join(folder, 'bin', 'python3'), 0o755);
  assert.equal(await interpreterAt(folder), join(folder, 'bin', 'python3'));
  assert.equal(await interpreterAt('/none/python'), '/none/python');
});

test('a command that cannot be started, or that fails, says so', async () => {
  assert.equal((await asked('/none/python', [])).problem, 'ENOENT');
  assert.deepEqual(await asked('/bin/sh', ['-c', 'echo out; echo why >&2; exit 3']), { printed: 'out\n', problem: 'why' });
  assert.deepEqual(await asked('/bin/sh', ['-c', 'pwd']), { printed: '/\n', problem: undefined });
});
