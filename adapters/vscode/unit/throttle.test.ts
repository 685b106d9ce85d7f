import assert from 'node:assert/strict';
import { test } from 'node:test';
import { throttled } from '../src/views/throttle';

test('what is asked for in a loop is done at once, then a few times a second, and for the last time at the end', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const done: number[] = [];
  const act = throttled(() => done.push(asked), 300);
  for (asked = 1; asked <= 100; asked++) {
    act();
    context.mock.timers.tick(10);
  }
  assert.deepEqual(done, [1, 30, 60, 90]);
  asked = 100;
  context.mock.timers.tick(1000);
  assert.deepEqual(done, [1, 30, 60, 90, 100]);
  context.mock.timers.tick(1000);
  assert.equal(done.length, 5, 'nothing is done that nobody asks for');
  act();
  assert.equal(done.length, 6);
});
