import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CancellationToken } from 'vscode';
import { FileTerminal } from '../src/files/terminal';

const token = { onCancellationRequested: () => undefined } as unknown as CancellationToken;

const TYPED: [what: string, keys: string[], interrupts: number, line: string][] = [
  ['is for the next question', ['ahead\r'], 0, 'ahead'],
  ['is dropped by Ctrl+C', ['ahead\r', 'more', '\u0003', 'after\r'], 1, 'after'],
  ['is dropped by a Ctrl+C among other keys', ['ahead\r\u0003after\r'], 1, 'after'],
];
for (const [what, keys, interrupts, line] of TYPED) {
  test(`what is typed while cells run ${what}`, async () => {
    let interrupted = 0;
    const terminal = new FileTerminal('/a.py', { isRunning: () => true, interrupt: () => (interrupted += 1) });
    for (const it of keys) terminal.handleInput(it);
    assert.equal(await terminal.ask(false, token), line);
    assert.equal(interrupted, interrupts);
    terminal.dispose();
  });
}
