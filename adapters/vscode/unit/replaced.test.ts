import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Configuration } from '../src/debug/configuration';
import { canRunIn, replacedBy, type Replaceable } from '../src/debug/replaced';

const session = (more: Partial<Replaceable>): Replaceable => ({ program: '/a.ipynb', isQuiet: false, isLaunched: true, isEnding: false, ...more });

const REPLACED: [name: string, session: Replaceable, ofNotebook: boolean, ofOther: boolean][] = [
  ['a debugged one, of a notebook alone', session({}), true, false],
  ['a kernel without a debugger, also of a notebook that is open nowhere', session({ isQuiet: true }), true, true],
  ['a kernel that begins', session({ isQuiet: true, isLaunched: false }), true, true],
  ['one that is not launched yet', session({ isLaunched: false }), false, false],
  ['one that ends', session({ isQuiet: true, isEnding: true }), false, false],
  ['one of another document', session({ isQuiet: true, program: '/b.ipynb' }), false, false],
];
for (const [name, it, ofNotebook, ofOther] of REPLACED) {
  test(`what makes room for a launch: ${name}`, () => {
    assert.deepEqual(replacedBy('/a.ipynb', true, [it]), ofNotebook ? [it] : []);
    assert.deepEqual(replacedBy('/a.ipynb', false, [it]), ofOther ? [it] : []);
  });
}

const KERNEL: Configuration = { type: 'dap-kernel', request: 'launch', program: '/a.ipynb', notebookEvents: true, python: '/py', __quiet: true, onRestart: 'all' };
const RUNS_IN: [name: string, more: Configuration, runs: boolean][] = [
  ['nothing more', {}, true],
  ['what is of the editor', { name: 'Mine', presentation: { group: 'a' }, internalConsoleOptions: 'neverOpen', __sessionId: 'x' }, true],
  ['some cells', { run: { cells: [1, 'two'] } }, true],
  ['no cell at all', { run: 'none' }, false],
  ['arguments', { args: ['--fast'] }, false],
  ['an environment', { env: { A: '1' } }, false],
  ['library code, too', { justMyCode: false }, false],
  ['a stop at the first line', { stopOnEntry: true }, false],
  ['a Python of its own', { python: '/other' }, false],
  ['the same Python', { python: '/py' }, true],
  ['the Python that is chosen now', { python: '/other', __isPythonChosen: true }, true],
  ['what the kernel was started with', { onRestart: 'all' }, true],
];
for (const [name, more, runs] of RUNS_IN) {
  test(`a configuration ${runs ? 'runs' : 'does not run'} in the kernel that is there: ${name}`, () => {
    assert.equal(canRunIn(KERNEL, { type: 'dap-kernel', request: 'launch', program: '/a.ipynb', ...more }), runs);
  });
}
