// What package.json offers is there, and the pages name nothing else.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

interface Package {
  contributes: {
    debuggers: { configurationSnippets: { label: string; body: object }[] }[];
    keybindings: { command: string; key: string; when: string; args?: object }[];
    commands: { command: string; title: string; category: string; enablement?: string }[];
    configuration: { properties: Record<string, unknown> };
  };
}

const { commands, configuration, debuggers, keybindings } = (JSON.parse(readFileSync('package.json', 'utf8')) as Package).contributes;
const settings = Object.keys(configuration.properties).sort();
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((it) => it.endsWith('.ts')).map((it) => readFileSync(join('src', it), 'utf8')).join('\n');
const PAGES = ['README.md', join('..', '..', 'docs', 'editors', 'vscode.md')];

function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((it) => it[1] ?? ''))].sort();
}

test('every command of the palette is registered, and every registered one is in the palette', () => {
  const registered = found(sources, /(?:registerCommand\('dap-kernel\.|ofSession\(')(\w+)'/g).map((it) => `dap-kernel.${it}`);
  assert.deepEqual(registered, commands.map((it) => it.command).sort());
});

test('what runs a cell of the notebook editor is not offered beside another kernel', () => {
  const ofCells = commands.filter((it) => it.enablement?.includes("notebookType == 'jupyter-notebook'"));
  assert.ok(ofCells.length >= 2);
  for (const { command, enablement } of ofCells) {
    assert.match(enablement ?? '', /\(notebookKernel == 'dap-kernel\.dap-kernel\/dap-kernel' \|\| !notebookKernelSelected\)$/, command);
  }
});

test('the keys of files with cells are the last ones: VS Code prefers them to earlier ones of any extension', () => {
  const last = keybindings.slice(-4);
  assert.deepEqual(last.map(({ key, args }) => [key, args]), [
    ['shift+enter', { key: 'shift+enter' }], ['ctrl+enter', { key: 'ctrl+enter' }],
    ['shift+enter', { key: 'shift+enter', isPanelHidden: true }], ['ctrl+enter', { key: 'ctrl+enter', isPanelHidden: true }],
  ]);
  assert.ok(keybindings.length - last.length >= 10, 'Python\'s extension has fewer');
  for (const { when } of last) assert.doesNotMatch(when, /hasCells/, 'nothing waits for the extension to have started');
});

test('a snippet that is tabbed through leaves nothing empty', () => {
  const snippets = debuggers.flatMap((it) => it.configurationSnippets);
  assert.ok(snippets.length > 0);
  for (const { label, body } of snippets) assert.doesNotMatch(JSON.stringify(body), /"\$\{\d+:?\}"/, label);
});

test('every setting is read', () => {
  for (const it of settings) assert.ok(sources.includes(`'${it.replace('dap-kernel.', '')}'`), it);
});

for (const page of PAGES) {
  const text = readFileSync(page, 'utf8').replace(/\s+/g, ' ');
  test(`${page} names the settings, and commands that exist`, () => {
    assert.deepEqual(found(text, /`(dap-kernel\.\w+)`/g), settings);
    const titles = commands.map((it) => `${it.category}: ${it.title}`);
    for (const it of found(text, /\*(dap-kernel: [^*]+)\*/g)) assert.ok(titles.includes(it), it);
  });
}
