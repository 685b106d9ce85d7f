// `node esbuild.mjs`: the extension, and the page of its tables, into dist/. `--unit`: the unit tests into out/unit/.
import { build } from 'esbuild';
import { readdirSync, readFileSync, rmSync } from 'node:fs';

const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };
// What the page is made of comes with its licenses.
const licenses = ['slickgrid', 'sortablejs'].map((it) => `${it}\n\n${readFileSync(`node_modules/${it}/LICENSE`, 'utf8')}`).join('\n\n');
const isProduction = process.argv.includes('--production');

if (process.argv.includes('--unit')) {
  rmSync('out/unit', { recursive: true, force: true });
  const tests = readdirSync('unit').filter((it) => it.endsWith('.test.ts'));
  await build({ ...shared, entryPoints: tests.map((it) => `unit/${it}`), outdir: 'out/unit', sourcemap: 'inline', alias: { vscode: './unit/vscode.ts' } });
} else {
  const made = { ...shared, minify: isProduction, sourcemap: !isProduction };
  await build({ ...made, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] });
  await build({
    ...made, entryPoints: ['src/tables/page/main.ts'], outfile: 'dist/table.js', platform: 'browser', target: 'chrome128', format: 'iife',
    sourcemap: isProduction ? false : 'inline', banner: { js: `/*!\n${licenses}*/` },
  });
}
