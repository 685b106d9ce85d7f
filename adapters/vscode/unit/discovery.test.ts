import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bundled, companionProbe, firstThatWorks, installed, onChosen, probeArguments, withCommand } from '../src/server/discovery';

const bundle = { run: '/x/server/run.py', own: '/own' };

test('the setting comes before the selected interpreter, and each is asked once', () => {
  const commands = (chosen: Parameters<typeof onChosen>[1]): string[] => onChosen(bundle, chosen).map((it) => it.command);
  assert.deepEqual(commands({ setting: '/a', selected: '/b' }), ['/a', '/b']);
  assert.deepEqual(commands({ selected: '/b' }), ['/b']);
  assert.deepEqual(commands({ setting: '/a', selected: '/a' }), ['/a']);
  assert.deepEqual(commands({}), []);
});

test('a package that the user has installed is looked for on the path, too', () => {
  assert.deepEqual(installed({ setting: '/a', selected: '/b' }).map((it) => it.command), ['/a', '/b', 'dap-kernel', 'python3']);
  assert.deepEqual(installed({}).map((it) => it.command), ['dap-kernel', 'python3']);
});

test("the extension's own server shares nothing with the packages of the Python that runs it", () => {
  assert.deepEqual(bundled(bundle, '/a', 'x').args, ['-I', '-S', '/x/server/run.py', '/own', 'dap']);
});

test('the first that has the server is taken, and no later one is asked', async () => {
  const asked: string[] = [];
  const found = await firstThatWorks(installed({ setting: '/a', selected: '/b' }), (it) => {
    asked.push(it.command);
    return Promise.resolve(it.command === '/b');
  });
  assert.equal(found?.command, '/b');
  assert.deepEqual(found.args, ['-P', '-m', 'dap_kernel', 'dap']);
  assert.deepEqual(asked, ['/a', '/b']);
});

test('nobody has it', async () => {
  assert.equal(await firstThatWorks(installed({}), () => Promise.resolve(false)), undefined);
});

test('each is asked in its own way, for the server and for its companion', () => {
  const own = bundled({ ...bundle, own: 'dap' }, '/a', 'x');
  const [command, python] = installed({});
  assert.ok(command && python);
  assert.deepEqual(probeArguments(own), ['-I', '-S', '/x/server/run.py', 'dap', 'probe']);
  assert.deepEqual(probeArguments(command), ['--version']);
  assert.deepEqual(probeArguments(python), ['-P', '-c', 'import dap_kernel']);
  assert.equal(companionProbe(own), undefined);
  assert.deepEqual(companionProbe(command), ['lsp', '--help']);
  assert.deepEqual(companionProbe(python), ['-P', '-c', 'import pygls, dap_kernel.lsp']);
  assert.deepEqual(withCommand(own, 'kernels', '--stop', 'all'), ['-I', '-S', '/x/server/run.py', 'dap', 'kernels', '--stop', 'all']);
});
