import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { addressOf, completed, fromShown, initialConfigurations, nameOf, programOf, withInterpreter } from '../src/debug/configuration';

const notebook = { program: '/w/a.ipynb', kind: 'jupyter-notebook' };

test('F5 without a launch.json debugs what is shown', () => {
  assert.deepEqual(fromShown({}, notebook), {
    type: 'dap-kernel', request: 'launch', name: 'a.ipynb', program: '/w/a.ipynb',
  });
});

test('Ctrl+F5 without a launch.json stays a run without debugging', () => {
  assert.equal(fromShown({ noDebug: true }, notebook)?.noDebug, true);
});

test('what cannot run is left to VS Code', () => {
  assert.equal(fromShown({}, { program: '/w/a.md', kind: 'markdown' }), undefined);
  assert.equal(fromShown({}, undefined), undefined);
});

test('a configuration of one\'s own is not replaced by what is shown', () => {
  const given = { type: 'dap-kernel', request: 'launch', name: 'x', program: '/w/b.py' };
  assert.equal(fromShown(given, notebook), given);
});

test('the selected interpreter runs the kernel unless the configuration names one', () => {
  const launch = { request: 'launch', program: '/w/a.py' };
  assert.equal(completed(launch, '/venv/python').python, '/venv/python');
  assert.equal(completed({ ...launch, python: 'mine' }, '/venv/python').python, 'mine');
  const asDebugpy = completed({ ...launch, pythonPath: 'mine' }, '/venv/python');
  assert.equal(asDebugpy.python, undefined);
  assert.equal(completed({ request: 'attach' }, '/venv/python').python, undefined);
  assert.ok(!('python' in completed(launch, undefined)));
});

test('our events are asked for unless the configuration says no', () => {
  assert.equal(completed({}, undefined).notebookEvents, true);
  assert.equal(completed({ notebookEvents: false }, undefined).notebookEvents, false);
});

test('every key of a configuration reaches the server', () => {
  assert.equal(completed({ console: 'integratedTerminal' }, undefined).console, 'integratedTerminal');
});

test('the Debug Console does not cover the program\'s terminal', () => {
  assert.equal(completed({ console: 'integratedTerminal' }).internalConsoleOptions, 'neverOpen');
  const wanted = { console: 'integratedTerminal', internalConsoleOptions: 'openOnSessionStart' };
  assert.equal(completed(wanted).internalConsoleOptions, 'openOnSessionStart');
  assert.ok(!('internalConsoleOptions' in completed({ console: 'internalConsole' })));
});

test('a relative path counts from the folder of the launch.json', () => {
  assert.equal(completed({ program: 'a.py' }, undefined, '/w').program, '/w/a.py');
  assert.equal(completed({ notebook: 'a.ipynb' }, undefined, '/w').notebook, '/w/a.ipynb');
  assert.equal(completed({ program: '/v/a.py' }, undefined, '/w').program, '/v/a.py');
});

test('a path is named as the editor names the document', () => {
  assert.equal(completed({ program: '~/a.py' }, undefined, '/w').program, `${homedir()}/a.py`);
  assert.equal(completed({ program: '~/a.py' }).program, `${homedir()}/a.py`);
  assert.equal(completed({ program: '/w/x/../a.py' }).program, '/w/a.py');
  assert.equal(completed({ notebook: '../b//a.ipynb' }, undefined, '/w/x').notebook, '/w/b/a.ipynb');
  assert.equal(completed({ program: '~me.py' }, undefined, '/w').program, '/w/~me.py');
});

test('a restart takes the interpreter that is chosen now, unless the configuration names one', () => {
  const launch = { request: 'launch', program: '/w/a.py' };
  assert.equal(withInterpreter(completed(launch, '/old/python'), '/new/python').python, '/new/python');
  assert.equal(withInterpreter(completed(launch), '/new/python').python, '/new/python');
  assert.ok(!('python' in withInterpreter(completed(launch, '/old/python'), undefined)));
  assert.equal(withInterpreter(completed({ ...launch, python: 'mine' }, '/old/python'), '/new/python').python, 'mine');
  const attach = { request: 'attach', notebook: '/w/a.ipynb' };
  assert.ok(!('python' in completed(attach, '/old/python')), 'the kernel is there');
  assert.equal(withInterpreter(completed(attach, '/old/python'), '/new/python').python, '/new/python');
  assert.equal(withInterpreter(completed({ ...attach, python: 'mine' }), '/new/python').python, 'mine');
  assert.equal(withInterpreter(completed({ ...attach, python: 'mine' }), undefined).python, 'mine');
  assert.ok(!('python' in withInterpreter(completed(attach), undefined)));
});

test('a notebook that was never saved has a name, and runs in the folder', () => {
  assert.equal(programOf('untitled', 'Untitled-1.ipynb', 'Untitled-1.ipynb'), 'untitled:Untitled-1.ipynb');
  assert.equal(programOf('untitled', '/w/x.ipynb', '/w/x.ipynb'), '/w/x.ipynb');
  const config = completed({ program: 'untitled:Untitled-1.ipynb' }, undefined, '/w');
  assert.deepEqual([config.program, config.cwd], ['untitled:Untitled-1.ipynb', '/w']);
  assert.equal(nameOf('untitled:Untitled-1.ipynb'), 'Untitled-1.ipynb');
  assert.equal(programOf('file', '/c:/x.ipynb', 'c:\\x.ipynb'), 'c:\\x.ipynb');
  assert.equal(nameOf('c:\\d\\x.ipynb'), 'x.ipynb');
});

test('a new launch.json has a launch and an attach', () => {
  assert.deepEqual(initialConfigurations().map((it) => it.request), ['launch', 'attach']);
});

for (const [what, config, address] of [
  ['a server that listens', { request: 'launch', debugServer: 5678 }, { port: 5678 }],
  ['the same, typed into a question', { request: 'attach', debugServer: '5678' }, { port: 5678 }],
  ['as for debugpy', { request: 'attach', connect: { host: 'box', port: 5678 } }, { host: 'box', port: 5678 }],
  ['as for debugpy, without a host', { request: 'attach', connect: { port: 5678 } }, { port: 5678 }],
  ['as for an older debugpy', { request: 'attach', host: 'box', port: 5678 }, { host: 'box', port: 5678 }],
  ['a launch means nothing by it', { request: 'launch', connect: { port: 5678 }, port: 1 }, undefined],
  ['no port', { request: 'attach', connect: {}, debugServer: 0 }, undefined],
  ['nonsense', { request: 'attach', connect: null, debugServer: '56x', port: 70000 }, undefined],
  ['none', { request: 'launch', program: '/w/a.py' }, undefined],
] as const) {
  test(`where a server is that is not ours to start: ${what}`, () => {
    assert.deepEqual(addressOf({ ...config }), address);
  });
}

test('a server elsewhere is told nothing of the Pythons and folders here', () => {
  const remote = { request: 'launch', program: '/w/a.py', debugServer: 5678 };
  assert.ok(!('python' in completed(remote, '/here/python', '/w')));
  assert.ok(!('python' in withInterpreter(completed(remote, '/here/python'), '/here/python')), 'nor by a restart');
  const attach = { request: 'attach', notebook: '/w/a.py', debugServer: 5678 };
  assert.ok(!('python' in withInterpreter(completed(attach, '/here/python'), '/here/python')));
  assert.equal(completed({ ...remote, python: '/there/python' }, '/here/python').python, '/there/python');
  assert.ok(!('cwd' in completed({ ...remote, program: 'untitled:Untitled-1.ipynb' }, undefined, '/w')));
});
