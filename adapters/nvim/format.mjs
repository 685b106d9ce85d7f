// Formats the plugin's Lua as stylua.toml says; with --check only tells what is not formatted.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { Config, IndentType, OutputVerification, formatCode } from '@johnnymorganz/stylua';

const settings = Object.fromEntries(
  readFileSync('stylua.toml', 'utf8').split('\n').filter(Boolean).map((it) => it.split(' = ')),
);
function config() { // used up by each file
  const it = Config.new();
  it.column_width = Number(settings.column_width);
  it.indent_width = Number(settings.indent_width);
  it.indent_type = settings.indent_type === '"Spaces"' ? IndentType.Spaces : IndentType.Tabs;
  return it;
}

const isCheck = process.argv.includes('--check');
let wrong = 0;
const files = ['lua', 'plugin', 'test']
  .filter((it) => existsSync(it))
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((it) => `${folder}/${it}`));
for (const file of files.filter((it) => it.endsWith('.lua'))) {
  const text = readFileSync(file, 'utf8');
  const formatted = formatCode(text, config(), undefined, OutputVerification.Full);
  if (formatted === text) continue;
  wrong += 1;
  if (isCheck) console.error(`${file} is not formatted: npm run format`);
  else writeFileSync(file, formatted);
}
process.exit(isCheck && wrong ? 1 : 0);
