// The pictures that stories take are those that the pages show.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const DOCS = join('..', '..', 'docs');
const texts = (folder: string, ending: string): string => readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((it) => it.endsWith(ending)).map((it) => readFileSync(join(folder, it), 'utf8')).join('\n');

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((it) => it[1] ?? ''))].sort();
}

test('every picture that a story takes is there and on a page, and every one of a page is taken', () => {
  const taken = found(texts('test', '.ts'), /\.picture\('([\w-]+)'/g);
  assert.ok(taken.length > 0);
  assert.deepEqual(found(texts(DOCS, '.md'), /images\/(vscode-[\w-]+)\.png/g), taken);
  assert.deepEqual(readdirSync(join(DOCS, 'images')).filter((it) => it.startsWith('vscode-')).sort(), taken.map((it) => `${it}.png`));
});
