import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, firstThatWorks, installLine, probeArguments, toInstallInto } from '../src/server/discovery';

const commands = (sources: Parameters<typeof candidates>[0]) => candidates(sources).map((it) => it.command);

test('the setting comes before the selected interpreter, and both before the path', () => {
  assert.deepEqual(commands({ setting: '/a', selected: '/b' }), ['/a', '/b', 'dap-kernel', 'python3']);
  assert.deepEqual(commands({ selected: '/b' }), ['/b', 'dap-kernel', 'python3']);
  assert.deepEqual(commands({}), ['dap-kernel', 'python3']);
});

test('one interpreter is asked once', () => {
  assert.deepEqual(commands({ setting: '/a', selected: '/a' }), ['/a', 'dap-kernel', 'python3']);
});

test('the first that has the server is taken, and no later one is asked', async () => {
  const asked: string[] = [];
  const found = await firstThatWorks(candidates({ setting: '/a', selected: '/b' }), (it) => {
    asked.push(it.command);
    return Promise.resolve(it.command === '/b');
  });
  assert.equal(found?.command, '/b');
  assert.deepEqual(found.args, ['-P', '-m', 'dap_kernel', 'dap']);
  assert.deepEqual(asked, ['/a', '/b']);
});

test('nobody has it', async () => {
  assert.equal(await firstThatWorks(candidates({}), () => Promise.resolve(false)), undefined);
});

test('a command is asked for its version, an interpreter for the module', () => {
  const [command, python] = candidates({});
  assert.ok(command && python);
  assert.deepEqual(probeArguments(command), ['--version']);
  assert.deepEqual(probeArguments(python), ['-P', '-c', 'import dap_kernel']);
});

test('the package goes where the user would look for it', () => {
  assert.equal(toInstallInto({ setting: '/a', selected: '/b' }), '/a');
  assert.equal(toInstallInto({ selected: '/b' }), '/b');
  assert.equal(toInstallInto({}), 'python3');
});

test('a path with blanks is quoted as the shell wants it', () => {
  const wheel = '/e/server/it-1.whl';
  const installed = '-m pip install "/e/server/it-1.whl[lsp]"';
  assert.equal(installLine('/v/bin/python', '/bin/bash', wheel), `/v/bin/python ${installed}`);
  assert.equal(installLine("/it's mine/python", 'bash', wheel), `'/it'\\''s mine/python' ${installed}`);
  assert.equal(installLine('C:\\my env\\python', 'cmd.exe', wheel), `"C:\\my env\\python" ${installed}`);
  assert.equal(installLine('C:\\my env\\python', 'pwsh', wheel), `& "C:\\my env\\python" ${installed}`);
});
