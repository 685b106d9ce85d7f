// The first minutes on a machine that has nothing of ours: what is installed, what is asked, what is left behind.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { count, counted } from './counts';
import { Editor, Notebook } from './editor';
import { isGone, kernelIn, TELLS_ID } from './processes';
import { notebook, type Opened, type Tell } from './stories';
import { until } from './workbench';

const CELLS = '# %% numbers\nkept = 41\n\n# %% more\nmore = kept + 1\nprint(more)\n';
const TELLS_PYTHON = 'import sys\nwhere = sys.prefix\nsees = [p for p in sys.path if "dap-kernel" in p]\ndone = 1\n';

/** What is in an environment, to see that nothing comes in or changes. */
function contents(environment: string): string {
  return execFileSync('find', [environment, '-not', '-name', '__pycache__', '-not', '-name', '*.pyc', '-printf', '%P %y %l %m %s\n'], { encoding: 'utf8' })
    .split('\n').sort().join('\n');
}

function environmentOf(python: string): string {
  return dirname(dirname(python));
}

export function fresh(tell: Tell): void {
  tell('fresh: a percent file stops at the first F5', { 'cells.py': CELLS }, async (opened) => {
    const { page, folder, bare } = opened;
    const before = contents(environmentOf(bare));
    const editor = new Editor(page);
    await stopsAtOnce('a percent file', opened, async () => {
      await editor.open('cells.py');
      await editor.goto(6);
      await editor.toggleBreakpoint();
    });
    await editor.showsVariable('more = 42');
    await editor.press('Shift+F5');
    await editor.ends();
    assert.equal(contents(environmentOf(bare)), before, 'nothing is installed');
    assert.deepEqual(readdirSync(folder), ['cells.py'], 'nothing is written beside it');
  });

  tell('fresh: a notebook stops at the first F5', { 'nb.ipynb': notebook('kept = 41', 'more = kept + 1\nprint(more)') }, async (opened) => {
    const { page, bare } = opened;
    const before = contents(environmentOf(bare));
    const editor = new Notebook(page);
    await stopsAtOnce('a notebook', opened, async () => {
      await editor.open('nb.ipynb');
      await editor.click(1, 2);
      await editor.toggleBreakpoint();
    });
    await editor.showsVariable('more = 42');
    await editor.press('F5');
    await editor.shows('42');
    await editor.press('Shift+F5');
    await editor.ends();
    assert.equal(contents(environmentOf(bare)), before, 'nothing is installed');
  });

  tell('fresh: Run Cell, and the lenses of a percent file, need nothing more', { 'nb.ipynb': notebook('print(6 * 7)'), 'cells.py': CELLS }, async ({ page }) => {
    const editor = new Notebook(page);
    await editor.open('nb.ipynb');
    await editor.selectKernel('dap-kernel');
    await editor.run(0);
    await editor.shows('42');
    const file = new Editor(page);
    await file.open('cells.py');
    await page.locator('.codelens-decoration').getByText('Debug', { exact: true }).first().waitFor();
  });

  tell('fresh: an environment of the folder is used, and left as it is', { 'tells.py': TELLS_PYTHON }, async ({ page, folder, python }) => {
    const environment = join(folder, '.venv');
    execFileSync(python, ['-m', 'venv', '--without-pip', environment]);
    writeFileSync(join(environment, 'pyvenv.cfg'), `${readFileSync(join(environment, 'pyvenv.cfg'), 'utf8')}prompt = mine\n`);
    const before = contents(environment);
    const editor = new Editor(page);
    await editor.open('tells.py');
    await editor.goto(4);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('done = 1');
    await editor.showsVariable(`where = '${environment}'`);
    await editor.showsVariable('sees = []');
    await editor.press('Shift+F5');
    await editor.ends();
    assert.equal(contents(environment), before);
  });

  tell('fresh: the list of interpreters says what each is, and what is written means the same elsewhere', { 'tells.py': TELLS_PYTHON }, async (opened) => {
    const { page, folder, python } = opened;
    execFileSync(python, ['-m', 'venv', '--without-pip', join(folder, 'mine')]);
    const packages = join(folder, 'mine', 'lib', `python${versionOf(python).split('.').slice(0, 2).join('.')}`, 'site-packages');
    mkdirSync(join(packages, 'pandas-9.9.dist-info'));
    writeFileSync(join(packages, 'pandas-9.9.dist-info', 'METADATA'), 'Metadata-Version: 2.1\nName: pandas\nVersion: 9.9\n');
    const editor = new Editor(page);
    await editor.open('tells.py');
    await editor.command('dap-kernel: Pick an Interpreter');
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: `Python ${versionOf(python)} (mine)` });
    await row.filter({ hasText: 'Runs notebooks; has pandas 9.9' }).waitFor();
    await page.locator('.quick-input-list').getByText('In this folder').first().waitFor();
    await page.screenshot({ path: join('out', 'picker.png') });
    await row.click();
    const settings = join(folder, '.vscode', 'settings.json');
    const written = await until('the setting', () => { // which is made, and then filled
      const text = existsSync(settings) ? readFileSync(settings, 'utf8') : '';
      return text.includes('interpreter') ? text : undefined;
    });
    assert.deepEqual(JSON.parse(written), { 'dap-kernel.interpreter': '${workspaceFolder}/mine/bin/python' });
    await editor.press('Control+1');
    await editor.goto(4);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    await editor.stopsAt('done = 1');
    await editor.showsVariable(`where = '${join(folder, 'mine')}'`);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  tell('fresh: an interpreter of the folder that others can change is listed, and run once it is trusted', { 'tells.py': TELLS_PYTHON }, async ({ page, folder, python }) => {
    const environment = join(folder, 'shared');
    execFileSync(python, ['-m', 'venv', '--without-pip', environment]);
    const hasRun = join(folder, '..', 'has-run');
    const packages = join(environment, 'lib', `python${versionOf(python).split('.').slice(0, 2).join('.')}`, 'site-packages');
    writeFileSync(join(packages, 'tells.pth'), `import pathlib; pathlib.Path(${JSON.stringify(hasRun)}).touch()\n`);
    chmodSync(join(environment, 'bin'), 0o777);
    const editor = new Editor(page);
    await editor.open('tells.py');
    await editor.goto(4);
    await editor.toggleBreakpoint();
    const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'python (shared)' });
    const pick = async (answer: string): Promise<void> => {
      await editor.command('dap-kernel: Pick an Interpreter');
      await row.filter({ hasText: 'Not run, because others can write to' }).click();
      const question = page.locator('.monaco-dialog-box').filter({ hasText: 'Do you trust' });
      assert.equal(existsSync(hasRun), false);
      await question.getByText(answer, { exact: true }).click();
      await question.waitFor({ state: 'hidden' });
    };
    await pick('Cancel');
    assert.deepEqual(readdirSync(folder).sort(), ['shared', 'tells.py']);
    await pick('Trust and Use');
    await until('the setting', () => existsSync(join(folder, '.vscode', 'settings.json')));
    assert.equal(existsSync(hasRun), true);
    await editor.press('Control+1');
    await editor.goto(4);
    await editor.press('F5');
    await editor.stopsAt('done = 1');
    await editor.showsVariable(`where = '${environment}'`);
    await editor.press('Shift+F5');
    await editor.ends();
  });

  const remote = { 'cells.py': `# %% first\n${TELLS_ID}\n\n# %% last\nprint(kept)\n`, '.vscode/settings.json': JSON.stringify({ 'dap-kernel.interpreter': '/none/of/this/machine' }) };
  tell('fresh: with a server elsewhere no Python of this side matters, at the start or at a restart', remote, async ({ page, folder, python }) => {
    const server = spawn(python, ['-m', 'dap_kernel', 'dap', '--listen', '127.0.0.1:0', '--token-file', tokenIn(folder)], { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      let said = '';
      server.stdout.on('data', (it) => (said += String(it)));
      const port = await until(() => `the server to listen; it said ${said}`, () => /listening at: 127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
      const config = { type: 'dap-kernel', request: 'launch', name: 'Elsewhere', program: '${file}', debugServer: Number(port), token: 'secret-of-the-test-0123456789' };
      writeFileSync(join(folder, '.vscode', 'launch.json'), JSON.stringify({ version: '0.2.0', configurations: [config] }));
      const editor = new Editor(page);
      await editor.open('cells.py');
      await editor.goto(8);
      await editor.toggleBreakpoint();
      await editor.press('F5');
      await editor.stopsAt('print(kept)');
      const state = page.locator('.statusbar-item').filter({ hasText: /cells\.py: stopped/ }).first();
      await state.waitFor();
      const first = kernelIn(folder);
      await editor.command('dap-kernel: Restart Kernel');
      await editor.answer('Restart');
      await isGone(first);
      await until('another kernel', () => kernelIn(folder) !== first);
      await editor.stopsAt('print(kept)');
      assert.equal(await editor.evaluate('kept'), '41');
      await state.waitFor();
      await editor.press('Shift+F5');
      await editor.ends();
    } finally {
      server.kill();
    }
  });
}

/** Where nothing that is compiled came along for this machine's Pythons. */
export function partial(tell: Tell): void {
  tell('partial: what is missing is installed beside the extension, and the session begins by itself', { 'cells.py': CELLS }, async (opened) => {
    const { page, folder, bare, data } = opened;
    const before = contents(environmentOf(bare));
    const editor = new Editor(page);
    await editor.open('cells.py');
    await editor.goto(6);
    await editor.toggleBreakpoint();
    await editor.press('F5');
    const question = page.locator('.monaco-dialog-box');
    await question.getByText('needs one more package').waitFor();
    await question.getByText('Install', { exact: true }).click();
    await editor.stopsAt('print(more)');
    assert.equal(contents(environmentOf(bare)), before, 'nothing is installed there');
    assert.deepEqual(readdirSync(folder), ['cells.py']);
    const own = join(data, 'User', 'globalStorage', 'dap-kernel.dap-kernel');
    assert.equal(readdirSync(own).filter((it) => it.startsWith('msgspec-')).length, 1);
    await editor.press('Shift+F5');
    await editor.ends();
  });
}

/** Install, open and mark a line by `mark`, F5: the stop is there, and nothing else was typed, clicked or asked. */
async function stopsAtOnce(what: string, { page, installed }: Opened, mark: () => Promise<void>): Promise<void> {
  const begun = Date.now();
  await count(page);
  await mark();
  const marked = await counted(page);
  const pressed = Date.now();
  const editor = new Editor(page);
  await editor.press('F5');
  await editor.stopsAt('print(more)');
  const { commands, clicks, f5 } = await counted(page);
  const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1);
  console.log(`${what}, from the install to the first stop: commands: ${installed.commands + commands}, clicks: ${clicks}, F5: ${f5}; `
    + `${installed.seconds.toFixed(1)} s for the install, ${seconds(pressed)} s from F5 to the stop, ${seconds(begun)} s since the window was there. `
    + `Clicks for the file and its breakpoint: ${marked.clicks}.`);
  assert.deepEqual({ commands: installed.commands + commands, clicks, f5 }, { commands: 1, clicks: 0, f5: 1 });
  assert.ok(marked.commands === 0 && marked.f5 === 0 && marked.clicks <= 2, `the file, and the cell: ${JSON.stringify(marked)}`);
  assert.equal(await page.locator('.monaco-dialog-box, .notification-toast').count(), 0, 'nothing is asked');
}

function versionOf(python: string): string {
  return execFileSync(python, ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' }).trim();
}

function tokenIn(folder: string): string {
  const path = join(folder, '..', 'token');
  writeFileSync(path, 'secret-of-the-test-0123456789', { mode: 0o600 });
  return path;
}
