import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as vscode from 'vscode';
import { actionsAsOurs, asOurs } from '../src/lsp/lenses';

const server = readFileSync(join('..', '..', 'dap_kernel', 'lsp', 'lenses.py'), 'utf8');
const theirs = [...new Set([...server.matchAll(/"(dap-kernel\.\w+)"/g)].map((it) => it[1] ?? ''))];
const ours = (JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: { commands: { command: string }[] } })
  .contributes.commands.map((it) => it.command);
const document = vscode.Uri.file('/a.py');

test('the companion has commands', () => assert.ok(theirs.length >= 8, theirs.join()));

for (const command of theirs) {
  test(`what the light bulb offers is a command of ours: ${command}`, () => {
    const [own] = actionsAsOurs([{ title: 'Do', command, arguments: ['file:///a.py', 'id'] }], document, 3);
    assert.ok(ours.some((it) => it === own?.command));
    assert.deepEqual(own, { title: 'Do', command: own?.command, arguments: [{ document, line: 3 }] });
  });
}

test('what is not of the companion stays', () => {
  const others = [{ title: 'Fix', command: 'other.fix' }, { title: 'Fix', command: { title: 'Fix', command: 'dap-kernel.x' } }];
  assert.deepEqual(actionsAsOurs(others, document, 3), others);
});

test('a lens is one of ours; one that says how a cell ended stays', () => {
  const range = { start: { line: 4 } } as vscode.Range;
  const lenses = [{ title: 'Run', command: 'dap-kernel.runCell' }, { title: 'ran', command: '' }].map((it) => new vscode.CodeLens(range, it));
  assert.deepEqual(asOurs(lenses, document).map((it) => it.command), [
    { title: 'Run', command: 'dap-kernel.runFileCell', arguments: [{ document, line: 5 }] }, { title: 'ran', command: '' },
  ]);
});
