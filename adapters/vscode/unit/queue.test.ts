import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from '../src/controller/queue';

/** An act that ends when it is told to, and what it has done. */
function act(): { act: (signal: AbortSignal) => Promise<void>; end: () => void; did: string[] } {
  const did: string[] = [];
  let end = (): void => undefined;
  const ended = new Promise<void>((done) => (end = done));
  const run = async (signal: AbortSignal): Promise<void> => {
    did.push('begun');
    await ended;
    if (!signal.aborted) did.push('done');
  };
  return { act: run, end, did };
}

test('one thing is done after the other', async () => {
  const queue = new Queue();
  const [first, second] = [act(), act()];
  const both = [queue.next(first.act), queue.next(second.act)];
  second.end();
  await Promise.resolve();
  assert.deepEqual(second.did, []);
  first.end();
  await Promise.all(both);
  assert.deepEqual([first.did, second.did], [['begun', 'done'], ['begun', 'done']]);
});

test('a failure is told, and the next thing is done', async () => {
  const queue = new Queue();
  const next = act();
  await assert.rejects(queue.next(() => Promise.reject(new Error('no'))), /no/);
  next.end();
  await queue.next(next.act);
  assert.deepEqual(next.did, ['begun', 'done']);
});

test('what was called off returns at once and does nothing more; what comes later waits for its end', async () => {
  const queue = new Queue();
  const [first, second, third] = [act(), act(), act()];
  const calledOff = [queue.next(first.act), queue.next(second.act)];
  await Promise.resolve();
  queue.callOff();
  await Promise.all(calledOff);
  third.end();
  const last = queue.next(third.act);
  await Promise.resolve();
  assert.deepEqual(third.did, []);
  first.end();
  await last;
  assert.deepEqual([first.did, second.did, third.did], [['begun'], [], ['begun', 'done']]);
});

test('what is done is forgotten: calling off what comes later does not reach its signal', async () => {
  const queue = new Queue();
  const signals: AbortSignal[] = [];
  const keep = (signal: AbortSignal): Promise<void> => Promise.resolve(void signals.push(signal));
  await queue.next(keep);
  await assert.rejects(queue.next((signal) => keep(signal).then(() => Promise.reject(new Error('no')))), /no/);
  const waits = act();
  const last = queue.next((signal) => keep(signal).then(() => waits.act(signal)));
  await new Promise((done) => setImmediate(done));
  queue.callOff();
  await last;
  assert.deepEqual(signals.map((it) => it.aborted), [false, false, true]);
});
