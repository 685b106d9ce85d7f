// `node wheel.mjs`: the Python package of this checkout into server/, for the click that installs it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';

rmSync('server', { recursive: true, force: true });
const built = spawnSync('python3', ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', 'server', '../..'], { stdio: 'inherit' });
if (built.status !== 0) {
  console.error('the Python package could not be built: python3 with pip is needed');
  process.exit(1);
}
