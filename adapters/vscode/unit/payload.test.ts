import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofNotebook, ofText } from '../src/sync/payload';

const cell = { uri: 'u', text: 'x = 1', isMarkup: false, language: 'python', metadata: {} };

test('cells keep the order that the editor shows', () => {
  const sent = ofNotebook('/a.ipynb', [{ ...cell, uri: 'b' }, { ...cell, uri: 'a' }]);
  assert.deepEqual(sent.cells?.map((it) => it.uri), ['b', 'a']);
  assert.equal(sent.path, '/a.ipynb');
});

test('a cell is code, Markdown or raw', () => {
  const kinds = ofNotebook('/a.ipynb', [
    cell, { ...cell, isMarkup: true, language: 'markdown' }, { ...cell, language: 'raw' },
  ]).cells?.map((it) => it.kind);
  assert.deepEqual(kinds, ['code', 'markdown', 'raw']);
});

test('a cell of another language runs only by its magic', () => {
  const kinds = ofNotebook('/a.ipynb', [
    { ...cell, language: 'shellscript', text: '%%bash\nls' }, { ...cell, language: 'sql', text: 'SELECT 1' },
  ]).cells?.map((it) => it.kind);
  assert.deepEqual(kinds, ['code', 'raw']);
});

test('a cell that the file names keeps its name', () => {
  const [named, unnamed] = ofNotebook('/a.ipynb', [{ ...cell, metadata: { id: 'abc' } }, cell]).cells ?? [];
  assert.equal(named?.id, 'abc');
  assert.ok(unnamed && !('id' in unnamed));
});

test('an unsaved file goes as text, a saved one back to the disk', () => {
  assert.deepEqual(ofText('/a.py', { text: 'x', isDirty: true }), { path: '/a.py', text: 'x' });
  assert.deepEqual(ofText('/a.py', { text: 'x', isDirty: false }), { path: '/a.py' });
  assert.deepEqual(ofText('/a.py', undefined), { path: '/a.py' });
});

test('a cell brings the tags that the file has given it', () => {
  const [tagged, untagged] = ofNotebook('/a.ipynb', [{ ...cell, metadata: { metadata: { tags: ['skip-execution'] } } }, cell]).cells ?? [];
  assert.deepEqual(tagged?.tags, ['skip-execution']);
  assert.ok(untagged && !('tags' in untagged));
});
