import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { Servers } from '../src/server/interpreter';
import { pickInterpreter } from '../src/server/pick';
import { answers, asked, settings, Uri, workspace } from './vscode';

const log = { info: () => undefined, debug: () => undefined, error: () => undefined };
const RESOURCE = Uri.file('/nb.ipynb');

let folder = '';
let servers: Servers;

beforeEach(() => {
  answers.length = asked.length = 0;
  settings.clear();
  workspace.workspaceFolders = undefined;
  folder = mkdtempSync(join(tmpdir(), 'servers-'));
  Object.assign(process.env, { HOME: folder, PATH: '/usr/bin:/bin', PYENV_ROOT: '', CONDA_PREFIX: '', VIRTUAL_ENV: '' }); // few Pythons
  mkdirSync(join(folder, 'server'));
  writeFileSync(join(folder, 'server', 'run.py'), ''); // which no Python of this machine can run
  const context = { asAbsolutePath: (it: string) => join(folder, it), globalStorageUri: Uri.file(join(folder, 'own')) };
  servers = new Servers(log as never, context as never);
});

/** A program that is taken for a Python; it notes what it is asked, and answers `says` to a probe. */
function program(path: string, says: string, ...more: string[]): string {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, ['#!/bin/sh', `echo "$*" >> '${folder}/asked'`, 'case "$*" in', ...more, `*probe*) ${says};;`, '*) exit 1;;', 'esac', ''].join('\n'));
  chmodSync(full, 0o755);
  return full;
}

function probes(): number {
  const noted = join(folder, 'asked');
  return existsSync(noted) ? readFileSync(noted, 'utf8').split('\n').filter((it) => it.includes('probe')).length : 0;
}

const FIT = "echo '{\"version\": \"3.12.1\"}'";

test('two starts that need the same are asked about once, and both go on', async () => {
  const says = `if [ -e '${folder}/has' ]; then ${FIT}; else echo '{"version": "3.12.1", "missing": "${folder}/env"}'; fi`;
  const python = program('bin/python', says, `*venv*) mkdir -p '${folder}/env/bin'; cp "$0" '${folder}/env/bin/python';;`, `*pip*) touch '${folder}/has';;`);
  settings.set('interpreter', python);
  answers.push('Install');
  const found = await Promise.all([servers.findOrOffer(RESOURCE as never, true), servers.findOrOffer(RESOURCE as never, true)]);
  assert.deepEqual(found.map((it) => it?.command), [python, python]);
  assert.equal(asked.length, 1);
});

test('an interpreter that runs the debugger is asked once, and again when it is another one', async () => {
  const python = program('bin/python', FIT);
  settings.set('interpreter', python);
  for (const expected of [1, 1]) {
    assert.equal((await servers.find(RESOURCE as never))?.command, python);
    assert.equal(probes(), expected);
  }
  utimesSync(python, 1, 1);
  assert.equal((await servers.find(RESOURCE as never))?.command, python);
  assert.equal(probes(), 2);
});

test('an environment that was deleted is missed at the next start', async () => {
  const python = program('.venv/bin/python', FIT);
  settings.set('interpreter', python);
  assert.equal((await servers.findOrOffer(RESOURCE as never, true))?.command, python);
  rmSync(join(folder, '.venv'), { recursive: true });
  assert.equal(await servers.findOrOffer(RESOURCE as never, true), undefined);
  assert.equal(asked[0]?.text, `Your notebooks are to run on ${python}, which does not exist.`);
});

test('the debugger is not looked for on a Python of the workspace that others can change', async () => {
  program('work/shared/bin/python', FIT);
  workspace.workspaceFolders = [{ uri: Uri.file(join(folder, 'work')) }];
  chmodSync(join(folder, 'work', 'shared', 'bin'), 0o777);
  await servers.find(RESOURCE as never);
  assert.equal(probes(), 0);
  chmodSync(join(folder, 'work', 'shared', 'bin'), 0o755);
  assert.equal((await servers.find(RESOURCE as never))?.command, join(folder, 'work', 'shared', 'bin', 'python'));
});

test('on Windows a start says in a sentence that the debugger does not run there, and nothing is run', async () => {
  const { platform } = process;
  settings.set('interpreter', program('bin/python', FIT));
  Object.defineProperty(process, 'platform', { value: 'win32' });
  try {
    assert.equal(await servers.find(RESOURCE as never), undefined);
    assert.equal(asked.length, 0); // nobody has asked for anything
    assert.equal(await servers.findOrOffer(RESOURCE as never, true), undefined);
    assert.equal(await pickInterpreter(), false);
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
  assert.deepEqual(asked.map((it) => it.text), Array(2).fill('The debugger does not run on Windows.'));
  assert.equal(probes(), 0);
});
