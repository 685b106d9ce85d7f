import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { registerReplacedCells } from '../src/controller/replacedCells';
import type { Parts } from '../src/parts';
import { breakpointsChanged, debug, Location, notebookChanged, SourceBreakpoint, Uri } from './vscode';

const cellOf = (name: string, text = 'kept = 41', kind = 2): object => ({ kind, document: { uri: Uri.file(name), getText: () => text } });

const CHANGES: [name: string, removed: object[], added: object[], hasSession: boolean, kept: string[]][] = [
  ['the same text', [cellOf('a'), cellOf('b')], [cellOf('c'), cellOf('d')], true, ['file://d']],
  ['another text', [cellOf('b')], [cellOf('d', 'kept = 42')], true, []],
  ['a text of words', [cellOf('b')], [cellOf('d', 'kept = 41', 1)], true, []],
  ['deleted', [cellOf('b')], [], true, []],
  ['a notebook of somebody else', [cellOf('b')], [cellOf('d')], false, []],
];
for (const [name, removedCells, addedCells, hasSession, kept] of CHANGES) {
  test(`breakpoints of a cell in whose place VS Code puts another one: ${name}`, () => {
    const sessions = { of: () => (hasSession ? {} : undefined) };
    const registration = registerReplacedCells({ sessions } as unknown as Parts);
    debug.added.length = 0;
    breakpointsChanged.fire({ removed: [new SourceBreakpoint(new Location(Uri.file('b'), undefined))] });
    notebookChanged.fire({ notebook: { uri: Uri.file('nb.ipynb') }, contentChanges: [{ removedCells, addedCells }] });
    const uris = debug.added.map((it) => (it as unknown as vscode.SourceBreakpoint).location.uri.toString());
    assert.deepEqual(uris, kept);
    registration.dispose();
  });
}
