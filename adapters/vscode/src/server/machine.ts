// What is there on the machine: interpreters, and what a command answers. Knows nothing of VS Code.
import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { inEnvironment, interpretersAmong, ofFolder, ofMachine, type Machine, type Place } from './environments';

const PROBE_MS = 20_000; // a cold disk is slow

/** An interpreter's path, and where it was found. */
export interface Found {
  path: string;
  origin: string;
}

export interface Answer {
  printed: string;
  /** The code with which a command could not be started, or what it complains of; undefined: it ended well. */
  problem: string | undefined;
}

/** Run a command, by default away from the folders of the user; it gets no input. */
export function asked(command: string, args: string[], options: { timeout?: number; signal?: AbortSignal } = {}): Promise<Answer> {
  return new Promise((done) => {
    const child = execFile(command, args, { timeout: PROBE_MS, windowsHide: true, cwd: '/', ...options }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'string' ? error.code : undefined;
      done({ printed: stdout, problem: error === null ? undefined : (code ?? (stderr.trim() || error.message)) });
    });
    child.stdin?.on('error', () => undefined).end(); // it may have ended without reading
  });
}

/** Interpreters of the machine in the order in which they are to be tried: a folder of the workspace comes last. */
export async function interpreters(machine: Machine): Promise<Found[]> {
  const places = [...ofMachine(machine), ...await condaPlaces(machine.home), ...machine.folders.flatMap(ofFolder)];
  const found = (await Promise.all(places.map((it) => inPlace(it, machine.platform)))).flat();
  const byPath = new Map<string, Found>();
  for (const it of found) if (!byPath.has(it.path)) byPath.set(it.path, it);
  return [...byPath.values()];
}

/** The interpreter that a setting means, which may name an environment's folder. */
export async function interpreterAt(path: string, platform: string): Promise<string> {
  if (!(await stat(path).then((it) => it.isDirectory(), () => false))) return path;
  return (await firstProgram(inEnvironment(path, platform))) ?? path;
}

/** conda writes down where its environments are. */
async function condaPlaces(home: string): Promise<Place[]> {
  const list = await readFile(join(home, '.conda', 'environments.txt'), 'utf8').catch(() => '');
  return list.split('\n').filter((it) => it.trim() !== '').map((it) => ({ origin: 'conda', path: it.trim() }));
}

async function inPlace({ origin, path, isPrograms }: Place, platform: string): Promise<Found[]> {
  if (isPrograms === true) {
    const programs = interpretersAmong(await names(path)).map((it) => join(path, it));
    const isThere = await Promise.all(programs.map((it) => isProgram(it, platform)));
    return programs.filter((_, index) => isThere[index]).map((it) => ({ path: it, origin }));
  }
  const found = await Promise.all((await expanded(path)).map((it) => firstProgram(inEnvironment(it, platform))));
  return found.filter((it) => it !== undefined).map((it) => ({ path: it, origin }));
}

/** The folders that a path with one part `*` at its end means. */
async function expanded(path: string): Promise<string[]> {
  if (!path.endsWith(`${sep}*`)) return [path];
  const folder = dirname(path);
  return (await names(folder)).sort(newestFirst).map((it) => join(folder, it));
}

function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}

async function firstProgram(paths: string[]): Promise<string | undefined> {
  for (const it of paths) if (await isProgram(it)) return it;
  return undefined;
}

function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Whether a path is a program that may be run. */
export async function isProgram(path: string, platform: string = process.platform): Promise<boolean> {
  // Until Apple's tools are installed this program asks whether they shall be.
  const isAsking = platform === 'darwin' && dirname(path) === '/usr/bin'
    && !(await isThere('/Library/Developer/CommandLineTools')) && !(await isThere('/Applications/Xcode.app'));
  return !isAsking && (await isThere(path, constants.X_OK)) && (await stat(path)).isFile();
}

function isThere(path: string, mode?: number): Promise<boolean> {
  return access(path, mode).then(() => true, () => false);
}
