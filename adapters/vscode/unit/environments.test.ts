import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { environmentPaths, onPath } from '../src/server/environments';

test('interpreters of a folder\'s environments', () => {
  const inFolder = (platform: string): string[] => environmentPaths('w', platform);
  assert.deepEqual(inFolder('linux'), [
    join('w', '.venv', 'bin', 'python'), join('w', 'venv', 'bin', 'python'), join('w', 'env', 'bin', 'python'),
  ]);
  assert.deepEqual(inFolder('win32')[0], join('w', '.venv', 'Scripts', 'python.exe'));
});

test('interpreters on the path, each folder once', () => {
  const path = ['/usr/bin', '', '/opt/bin', '/usr/bin'].join(delimiter);
  assert.deepEqual(onPath(path, 'linux'), [join('/usr/bin', 'python3'), join('/opt/bin', 'python3')]);
  assert.deepEqual(onPath('/usr/bin', 'win32'), [join('/usr/bin', 'python.exe')]);
  assert.deepEqual(onPath('', 'linux'), []);
});
