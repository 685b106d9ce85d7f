// The server as DebugClient drives it, over the four formats. The server's command is in DAP_KERNEL, as JSON.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test, before, after } = require('node:test');
const { DebugClient } = require('@vscode/debugadapter-testsupport');

const COMMAND = JSON.parse(process.env.DAP_KERNEL);
const NUMBERS = ['import sys', 'item = 20'];
const WORK = ['def double(n):', '    result = 2 * n', '    return result', '', 'total = double(item)', "print('total', total)"];
const indented = (lines) => lines.map((it) => (it ? `    ${it}` : it));
const FORMATS = {
  'script.py': [...NUMBERS, ...WORK],
  'percent.py': ['# %% numbers', ...NUMBERS, '# %% work', ...WORK],
  'marimo_notebook.py': [
    'import marimo', '', 'app = marimo.App()', '', '',
    '@app.cell', 'def numbers():', ...indented(NUMBERS), '    return (item,)', '', '',
    '@app.cell', 'def work(item):', ...indented(WORK), '    return', '',
  ],
  'jupyter.ipynb': JSON.stringify({
    cells: [NUMBERS, WORK].map((lines, n) => ({
      cell_type: 'code', execution_count: null, id: `cell-${n}`, metadata: {}, outputs: [],
      source: lines.map((it, at) => (at + 1 < lines.length ? `${it}\n` : it)),
    })),
    metadata: {}, nbformat: 4, nbformat_minor: 5,
  }, null, 1).split('\n'),
};

let folder;
before(() => { folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'dap-kernel-'))); });
after(() => fs.rmSync(folder, { recursive: true }));

/** Write a notebook; return its path and the line that has `text`. */
function written(name, text) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, FORMATS[name].join('\n') + '\n');
  return { file, line: FORMATS[name].findIndex((it) => it.includes(text)) + 1 };
}

/** Give `use` a client with a server of its own. DebugClient starts exactly one file. */
async function session(use) {
  const start = path.join(folder, 'start.sh');
  fs.writeFileSync(start, `exec ${COMMAND.map((it) => `'${it}'`).join(' ')} dap\n`);
  const client = new DebugClient('/bin/sh', start, 'dap-kernel');
  client.defaultTimeout = 20_000;
  await client.start();
  try {
    await use(client);
  } finally {
    await client.stop();
  }
}

const launched = (file, more = {}) => ({ program: file, python: COMMAND[0], whenDone: 'end', orphanTimeout: 0, ...more });

for (const name of Object.keys(FORMATS)) {
  test(`${name}: hit a breakpoint, step, look, go on to the end`, () => session(async (client) => {
    const { file, line } = written(name, 'result = 2 * n');
    const output = client.assertOutput('stdout', 'total 40');
    const ended = client.waitForEvent('terminated');
    await client.hitBreakpoint(launched(file), { path: file, line });
    const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
    assert.strictEqual(stackFrames[0].name.split(' ').pop(), 'double');
    const { scopes } = (await client.scopesRequest({ frameId: stackFrames[0].id })).body;
    const { variables } = (await client.variablesRequest({ variablesReference: scopes[0].variablesReference })).body;
    assert.strictEqual(variables.find((it) => it.name === 'n').value, '20');
    await Promise.all([
      client.nextRequest({ threadId: 1 }),
      client.assertStoppedLocation('step', { path: file, line: line + 1 }),
    ]);
    const frame = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0];
    for (const context of ['repl', 'watch', 'hover', 'clipboard']) {
      const { result } = (await client.evaluateRequest({ expression: 'result + 1', frameId: frame.id, context })).body;
      assert.strictEqual(result, '41');
    }
    await client.continueRequest({ threadId: 1 });
    await Promise.all([output, ended]);
  }));

  test(`${name}: a condition, and an edit of a variable`, () => session(async (client) => {
    const { file, line } = written(name, 'return result');
    const output = client.assertOutput('stdout', 'total 7');
    const initialized = client.waitForEvent('initialized');
    await client.initializeRequest();
    const launch = client.launchRequest(launched(file));
    await initialized;
    const { breakpoints } = (await client.setBreakpointsRequest({
      source: { path: file }, breakpoints: [{ line, condition: 'n == 20' }],
    })).body;
    assert.deepStrictEqual(breakpoints.map((it) => [it.verified, it.line]), [[true, line]]);
    await Promise.all([
      client.configurationDoneRequest(), launch, client.assertStoppedLocation('breakpoint', { path: file, line }),
    ]);
    const frame = (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0];
    const { scopes } = (await client.scopesRequest({ frameId: frame.id })).body;
    await client.setVariableRequest({ variablesReference: scopes[0].variablesReference, name: 'result', value: '7' });
    await client.continueRequest({ threadId: 1 });
    await output;
  }));
}

test('stop on entry, run to the end', () => session(async (client) => {
  const { file } = written('percent.py', '');
  await Promise.all([
    client.configurationSequence(),
    client.launch(launched(file, { stopOnEntry: true })),
    client.assertStoppedLocation('entry', { path: file, line: 2 }),
  ]);
  await Promise.all([client.continueRequest({ threadId: 1 }), client.waitForEvent('terminated')]);
}));

test('an exception that nobody catches', () => session(async (client) => {
  const file = path.join(folder, 'fails.py');
  fs.writeFileSync(file, 'def fail():\n    raise ValueError("no")\nfail()\n');
  await Promise.all([
    client.waitForEvent('initialized').then(() => client.setExceptionBreakpointsRequest({ filters: ['uncaught'] }))
      .then(() => client.configurationDoneRequest()),
    client.launch(launched(file)),
    client.assertStoppedLocation('exception', { path: file, line: 2 }),
  ]);
  await Promise.all([client.continueRequest({ threadId: 1 }), client.waitForEvent('terminated')]);
}));
