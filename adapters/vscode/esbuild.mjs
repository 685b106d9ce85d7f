// `node esbuild.mjs`: the extension into dist/. `--unit`: the unit tests into out/unit/.
import { build } from 'esbuild';
import { readdirSync, rmSync } from 'node:fs';

const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' };

if (process.argv.includes('--unit')) {
  rmSync('out/unit', { recursive: true, force: true });
  const tests = readdirSync('unit').filter((it) => it.endsWith('.test.ts'));
  await build({ ...shared, entryPoints: tests.map((it) => `unit/${it}`), outdir: 'out/unit', sourcemap: 'inline' });
} else {
  await build({
    ...shared, entryPoints: ['src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'],
    minify: process.argv.includes('--production'), sourcemap: !process.argv.includes('--production'),
  });
}
