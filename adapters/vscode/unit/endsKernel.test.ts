import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Configuration } from '../src/debug/configuration';
import { endsKernel, RESTART, STOP } from '../src/debug/endsKernel';

const ENDS: [name: string, command: unknown, configuration: Configuration, keepsKernel: boolean, ends: boolean][] = [
  ['Stop after F5', STOP, { request: 'launch' }, false, true],
  ['Stop of what keeps its kernel', STOP, { request: 'launch' }, true, false],
  ['Stop after an attach', STOP, { request: 'attach' }, false, false],
  ['Restart after F5', RESTART, { request: 'launch' }, false, true],
  ['Restart after an attach', RESTART, { request: 'attach' }, false, true],
  ['Restart that runs all again', RESTART, { request: 'launch', onRestart: 'all' }, false, false],
  ['Restart that runs what is stale', RESTART, { request: 'launch', onRestart: 'stale' }, false, false],
  ['a step', 'workbench.action.debug.stepOver', { request: 'launch' }, false, false],
  ['nothing', undefined, { request: 'launch' }, false, false],
];
for (const [name, command, configuration, keepsKernel, ends] of ENDS) {
  test(`${name} ${ends ? 'ends' : 'does not end'} the kernel`, () => assert.equal(endsKernel(command, configuration, keepsKernel), ends));
}

test('the keys of Stop and Restart ask before', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { keybindings: { command: string; key: string; args?: string }[] } };
  for (const [key, args] of [['shift+f5', STOP], ['ctrl+shift+f5', RESTART]]) {
    assert.ok(contributes.keybindings.some((it) => it.command === 'dap-kernel.goOn' && it.key === key && it.args === args), key);
  }
});
