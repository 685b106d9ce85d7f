import assert from 'node:assert/strict';
import { test } from 'node:test';
import { items, split } from '../src/controller/bundle';

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('texts stay texts, images are decoded, JSON is written', () => {
  const found = items({
    'text/html': '<b>1</b>', 'image/png': Buffer.from([1, 2, 255]).toString('base64'), 'image/svg+xml': '<svg/>',
    'application/json': { a: [1] }, 'application/vnd.vegalite.v5+json': { mark: 'bar' }, 'text/plain': ['a\n', 'b'],
  });
  const by = new Map(found.map((it) => [it.mime, it.data]));
  assert.equal(decode(by.get('text/html') ?? new Uint8Array()), '<b>1</b>');
  assert.deepEqual([...(by.get('image/png') ?? [])], [1, 2, 255]);
  assert.equal(decode(by.get('image/svg+xml') ?? new Uint8Array()), '<svg/>');
  assert.deepEqual(JSON.parse(decode(by.get('application/json') ?? new Uint8Array())), { a: [1] });
  assert.deepEqual(JSON.parse(decode(by.get('application/vnd.vegalite.v5+json') ?? new Uint8Array())), { mark: 'bar' });
  assert.equal(decode(by.get('text/plain') ?? new Uint8Array()), 'a\nb');
});

test('a type without a value is left out', () => {
  assert.deepEqual(items({ 'text/html': null, 'text/plain': 'x' }).map((it) => it.mime), ['text/plain']);
});

test('JSON that comes as text is not written twice', () => {
  assert.equal(decode(items({ 'application/json': '{"a": 1}' })[0]?.data ?? new Uint8Array()), '{"a": 1}');
});

test('an error is split into name and message', () => {
  assert.deepEqual(split('ValueError: no such column: a'), { name: 'ValueError', message: 'no such column: a' });
  assert.deepEqual(split('KeyboardInterrupt'), { name: 'KeyboardInterrupt', message: '' });
  assert.deepEqual(split('lib.errors.Odd: 1\n2'), { name: 'lib.errors.Odd', message: '1\n2' });
  assert.deepEqual(split('two words'), { name: 'Error', message: 'two words' });
});
