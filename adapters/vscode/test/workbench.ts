// A real VS Code workbench: code-server on a loopback port, in headless Chromium, with our extension.
//
// CODE_SERVER  the command that starts code-server (its words separated by spaces)
// CHROMIUM     a Chromium or Chrome
// DAP_KERNEL_PYTHON  a Python in which dap_kernel is installed
// What is not set is looked for on the path.
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { Editor } from './editor';
import type { Installed, Opened } from './stories';
import { leaveWaiting } from './waiting';

export const TIMEOUT_MS = Number(process.env['WORKBENCH_TIMEOUT_MS'] ?? 45_000);
const ROOT = join(__dirname, '..', '..'); // of the extension; this file is bundled into out/test

const SETTINGS = {
  'security.workspace.trust.enabled': false, 'telemetry.telemetryLevel': 'off', 'update.mode': 'none',
  'extensions.autoCheckUpdates': false, 'extensions.autoUpdate': false, 'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false, 'chat.disableAIFeatures': true, 'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden', 'git.enabled': false, 'window.commandCenter': false,
  'editor.minimap.enabled': false, 'workbench.enableExperiments': false, 'files.autoSave': 'off',
  'notebook.globalToolbar': true, 'notebook.cellToolbarLocation': { default: 'right' },
  'terminal.integrated.gpuAcceleration': 'off', 'terminal.integrated.shellIntegration.enabled': false,
};

export interface Programs {
  codeServer: string[];
  chromium: string;
  python: string;
}

/** What the tests need; or, in a sentence, what is missing. */
export function programs(): Programs | string {
  const codeServer = process.env['CODE_SERVER']?.split(' ') ?? found('code-server');
  if (codeServer === undefined) return 'code-server is not installed: set CODE_SERVER';
  const browser = process.env['CHROMIUM'] ?? ['chromium', 'chromium-browser', 'google-chrome'].map((it) => found(it)?.[0]).find(Boolean);
  if (browser === undefined) return 'Chromium is not installed: set CHROMIUM';
  const python = process.env['DAP_KERNEL_PYTHON'] ?? join(ROOT, '..', '..', '.venv', 'bin', 'python');
  if (spawnSync(python, ['-c', 'import dap_kernel'], { cwd: tmpdir() }).status !== 0) {
    return `${python} has no dap_kernel: set DAP_KERNEL_PYTHON`;
  }
  if (!existsSync(join(ROOT, 'dist', 'extension.js'))) return 'the extension is not built: npm run build';
  if (!existsSync(join(ROOT, 'server', 'run.py'))) return 'the server is not built: python3 bundle/build.py';
  return { codeServer, chromium: browser, python };
}

function found(name: string): string[] | undefined {
  const path = (process.env['PATH'] ?? '').split(':').map((it) => join(it, name)).find((it) => existsSync(it));
  return path === undefined ? undefined : [path];
}

/**
 * What is installed beside VS Code's own, and what is on the machine.
 *
 * code     our extension; the user has chosen the interpreter of the tests
 * fresh    our extension, by the command that a user installs it with; on the path is a Python that has no package at all
 * partial  the same, and the extension has nothing that is compiled for this machine
 * nocode   the extension without code, which takes the server from the path
 */
export type Variant = 'code' | 'fresh' | 'partial' | 'nocode';

/** One code-server and one browser; each test opens a folder of its own in it. */
export class Workbench {
  private constructor(
    private readonly scratch: string, private readonly server: ChildProcess, private readonly port: number,
    private readonly browser: BrowserContext, readonly programs: Programs, private readonly variant: Variant,
    readonly installed: Installed,
  ) {}

  static async start(programs: Programs, variant: Variant): Promise<Workbench> {
    const scratch = mkdtempSync(join(tmpdir(), 'workbench-'));
    const installed = install(scratch, variant, programs);
    writeJson(join(scratch, 'data', 'User', 'settings.json'), SETTINGS);
    const port = await freePort();
    const server = startServer(scratch, port, programs, variant);
    await until('code-server', async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.ok);
    const browser = await chromium.launchPersistentContext(join(scratch, 'chromium'), {
      executablePath: programs.chromium, headless: true, viewport: { width: 1280, height: 800 },
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    });
    return new Workbench(scratch, server, port, browser, programs, variant, installed);
  }

  /** Open a folder that holds `files`; but on a fresh machine the user has chosen the interpreter. */
  async open(name: string, files: Record<string, string>): Promise<Opened> {
    const folder = join(this.scratch, name, 'notebooks');
    mkdirSync(folder, { recursive: true });
    if (!isFresh(this.variant)) writeJson(join(folder, '.vscode', 'settings.json'), { 'dap-kernel.interpreter': this.programs.python });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const page = await this.window(folder);
    const { python } = this.programs;
    return {
      page, folder, python, bare: bareIn(this.scratch), data: join(this.scratch, 'data'), installed: this.installed, leaveWaiting: (program) => leaveWaiting(python, environment(this.scratch), program),
      reload: () => this.loaded(page, () => new Editor(page).command('Developer: Reload Window')),
      beside: () => this.window(folder),
    };
  }

  /** A window on `folder`, in which extensions run. */
  private async window(folder: string): Promise<Page> {
    const page = await this.browser.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await this.loaded(page, () => page.goto(`http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(folder)}`));
    return page;
  }

  /** Have `load` load the window, and wait for it. */
  private async loaded(page: Page, load: () => Promise<unknown>): Promise<void> {
    const hosts = this.startedHosts();
    await load();
    // Before its extension host has started VS Code opens a notebook as JSON.
    await until('the extension host', () => this.startedHosts() > hosts);
    await page.waitForSelector('.monaco-workbench .explorer-folders-view .monaco-list-row');
  }

  /** Whether the interpreter of the notebooks has a module. */
  has(module: string): boolean {
    return spawnSync(this.programs.python, ['-c', `import ${module}`], { cwd: tmpdir() }).status === 0;
  }

  /** Close every window of a story. */
  async closeAll(): Promise<void> {
    for (const it of this.browser.pages()) if (it.url().startsWith('http')) await it.close(); // the first keeps the browser
  }

  async stop(isFine: boolean): Promise<void> {
    await this.browser.close();
    const ended = new Promise((done) => this.server.once('exit', done));
    if (this.server.pid !== undefined && this.server.exitCode === null) {
      process.kill(-this.server.pid, 'SIGTERM');
      await ended;
    }
    this.stopKernels();
    if (isFine) rmSync(this.scratch, { recursive: true, force: true, maxRetries: 5 });
    else console.error(`left: ${this.scratch}`);
  }

  /** Kernels wait for a client to come back: these wait in vain. */
  private stopKernels(): void {
    const env = environment(this.scratch);
    spawnSync(this.programs.python, ['-m', 'dap_kernel', 'kernels', '--stop', 'all'], { cwd: tmpdir(), env, stdio: 'ignore' });
  }

  private startedHosts(): number {
    const logs = join(this.scratch, 'data', 'logs');
    if (!existsSync(logs)) return 0;
    return readdirSync(logs, { recursive: true, encoding: 'utf8' })
      .filter((it) => it.endsWith('remoteexthost.log'))
      .map((it) => readFileSync(join(logs, it), 'utf8').split('Eager extensions activated').length - 1)
      .reduce((sum, it) => sum + it, 0);
  }
}

function install(scratch: string, variant: Variant, programs: Programs): Installed {
  const extensions = join(scratch, 'extensions');
  if (variant === 'nocode') {
    cpSync(join(ROOT, '..', 'vscode-nocode'), join(extensions, 'dap-kernel.dap-kernel-nocode-0.1.0'), { recursive: true });
    return { commands: 0, seconds: 0 };
  }
  if (isFresh(variant)) return installPackage(scratch, extensions, variant, programs);
  for (const it of ['package.json', 'dist', 'media', 'server']) {
    cpSync(join(ROOT, it), join(extensions, 'dap-kernel.dap-kernel-0.1.0', it), { recursive: true });
  }
  cpSync(join(ROOT, 'test', 'other-kernel'), join(extensions, 'tests.other-kernel-0.0.1'), { recursive: true });
  return { commands: 0, seconds: 0 };
}

function isFresh(variant: Variant): boolean {
  return variant === 'fresh' || variant === 'partial';
}

/** By the .vsix, as a user does. */
function installPackage(scratch: string, extensions: string, variant: Variant, { codeServer, python }: Programs): Installed {
  const [command = '', ...words] = codeServer;
  const file = join(scratch, 'dap-kernel.vsix');
  execFileSync('npx', ['vsce', 'package', '--no-dependencies', '--allow-missing-repository', '--out', file], { cwd: ROOT, stdio: 'ignore' });
  execFileSync(python, ['-m', 'venv', '--without-pip', dirname(dirname(bareIn(scratch)))]);
  const where = ['--extensions-dir', extensions, '--user-data-dir', join(scratch, 'data'), '--config', join(scratch, 'config.yaml')];
  const typed = [[command, ...words, ...where, '--install-extension', file]]; // the commands of a user
  const begun = Date.now();
  for (const [program = '', ...args] of typed) execFileSync(program, args, { env: environment(scratch), stdio: 'ignore' });
  const seconds = (Date.now() - begun) / 1000;
  for (const it of variant === 'partial' ? readdirSync(extensions).filter((name) => name.startsWith('dap-kernel.')) : []) {
    for (const system of ['linux', 'darwin-arm64', 'darwin-x86_64']) rmSync(join(extensions, it, 'server', system), { recursive: true });
  }
  return { commands: typed.length, seconds };
}

/** A Python that has no package at all. */
function bareIn(scratch: string): string {
  return join(scratch, 'bare', 'bin', 'python3');
}

function environment(scratch: string): NodeJS.ProcessEnv {
  const home = join(scratch, 'home');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return {
    ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_DATA_HOME: join(home, '.local'),
    XDG_CACHE_HOME: join(home, '.cache'), XDG_RUNTIME_DIR: home, EXTENSIONS_GALLERY: '{"serviceUrl":""}', SHELL: '/bin/bash',
  };
}

/** The path without any server of ours; that of `python` is on it for the extension without code, a bare one on a fresh machine. */
function pathOf(scratch: string, variant: Variant, python: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((it) => !existsSync(join(it, 'dap-kernel')));
  if (isFresh(variant)) return [dirname(bareIn(scratch)), ...folders].join(delimiter);
  return [...(variant === 'nocode' ? [dirname(python)] : []), ...folders].join(delimiter);
}

function startServer(scratch: string, port: number, { codeServer, python }: Programs, variant: Variant): ChildProcess {
  const [command = '', ...words] = codeServer;
  const env = { ...environment(scratch), PATH: pathOf(scratch, variant, python) };
  writeFileSync(join(scratch, 'home', '.profile'), `PATH='${env.PATH}'\n`); // VS Code asks the user's shell for it
  return spawn(command, [
    ...words, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--user-data-dir', join(scratch, 'data'),
    '--extensions-dir', join(scratch, 'extensions'), '--config', join(scratch, 'config.yaml'), '--disable-telemetry',
    '--disable-update-check', '--disable-workspace-trust', '--disable-getting-started-override',
  ], { env, detached: true, stdio: ['ignore', openSync(join(scratch, 'server.log'), 'w'), openSync(join(scratch, 'server.err'), 'w')] });
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, null, 1));
}

async function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Wait until `look` gives something; return that. */
export async function until<T>(what: string | (() => string), look: () => Promise<T> | T, timeoutMs = TIMEOUT_MS): Promise<NonNullable<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > end) throw new Error(`timed out waiting for ${typeof what === 'string' ? what : what()}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
