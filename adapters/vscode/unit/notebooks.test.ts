import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCells } from '../src/lsp/notebooks';

const NOTEBOOKS = [
  '# %%\nx = 1', 'x = 1\n#%% title\n', '# <codecell>\n', '# In[ ]:\n', '# In[12]:\n', 'import marimo\napp = marimo.App()\n',
];
const OTHERS = ['', 'x = 1\n', 'print("# %%")\n', '  # %%\n', 'import marimo\n', 'app = notmarimo.App()\n', '# In [1]\n'];

for (const it of NOTEBOOKS) test(`a text with cells: ${JSON.stringify(it)}`, () => assert.equal(hasCells(it), true));
for (const it of OTHERS) test(`a text without cells: ${JSON.stringify(it)}`, () => assert.equal(hasCells(it), false));

test('only the beginning of a long text is looked at', () => assert.equal(hasCells(`${'x = 1\n'.repeat(50_000)}# %%\n`), false));
