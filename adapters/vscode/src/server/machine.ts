// What is there on the machine: interpreters, and what a command answers. Knows nothing of VS Code.
import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { foldersOf, inEnvironment, interpretersAmong, ofFolder, ofMachine, type Machine, type Place } from './environments';
import { doubtOf } from './trust';

const PROBE_MS = 20_000; // a cold disk is slow

/** An interpreter's path, and where it was found. */
export interface Found {
  path: string;
  origin: string;
  /** Who else decides what it does, in half a sentence: it is run when the user says so. */
  doubt?: string;
}

export interface Answer {
  printed: string;
  /** The code with which a command could not be started, or what it complains of; undefined: it ended well. */
  problem: string | undefined;
}

/** Run a command, by default away from the folders of the user; it gets no input. */
export function asked(command: string, args: string[], options: { timeout?: number; signal?: AbortSignal } = {}): Promise<Answer> {
  return new Promise((done) => {
    const child = execFile(command, args, { timeout: PROBE_MS, cwd: '/', ...options }, (error, stdout, stderr) => {
      const code = typeof error?.code === 'string' ? error.code : undefined;
      done({ printed: stdout, problem: error === null ? undefined : (code ?? (stderr.trim() || error.message)) });
    });
    child.stdin?.on('error', () => undefined).end(); // it may have ended without reading
  });
}

/** Interpreters of the machine in the order in which they are to be tried: a folder of the workspace comes last. */
export async function interpreters(machine: Machine): Promise<Found[]> {
  const places = [...ofMachine(machine), ...await condaPlaces(machine.home), ...machine.folders.flatMap(ofFolder)];
  const found = (await Promise.all(places.map(inPlace))).flat();
  const byPath = new Map<string, Found>();
  for (const it of found) if (!byPath.has(it.path)) byPath.set(it.path, it);
  return [...byPath.values()];
}

/** An interpreter that nobody has named. */
export async function foundAt(path: string, origin: string): Promise<Found> {
  const doubt = await doubtOf(path);
  return { path, origin, ...(doubt === undefined ? {} : { doubt }) };
}

/** The interpreter that a setting means, which may name an environment's folder. */
export async function interpreterAt(path: string): Promise<string> {
  if (!(await stat(path).then((it) => it.isDirectory(), () => false))) return path;
  return (await firstProgram(inEnvironment(path))) ?? path;
}

/** What changes when the program of a command is another one, or its environment was made anew; undefined: it is not there. */
export async function stampOf(command: string): Promise<string | undefined> {
  const inFolders = foldersOf(process.env['PATH'] ?? '').map((it) => join(it, command));
  const path = isAbsolute(command) ? command : await firstProgram(inFolders);
  if (path === undefined || !(await isProgram(path))) return undefined;
  const changed = async (it: string): Promise<number> => (await stat(it).catch(() => undefined))?.mtimeMs ?? 0;
  const real = await realpath(path);
  return [real, await changed(real), await changed(join(dirname(dirname(path)), 'pyvenv.cfg'))].join('\n');
}

/** conda writes down where its environments are. */
async function condaPlaces(home: string): Promise<Place[]> {
  const list = await readFile(join(home, '.conda', 'environments.txt'), 'utf8').catch(() => '');
  return list.split('\n').filter((it) => it.trim() !== '').map((it) => ({ origin: 'conda', path: it.trim() }));
}

async function inPlace({ origin, path, isPrograms, isNamed }: Place): Promise<Found[]> {
  const found = isPrograms === true ? await programsIn(path) : await environmentsIn(path);
  if (isNamed === true) return found.map((it) => ({ path: it, origin }));
  return Promise.all(found.map((it) => foundAt(it, origin)));
}

async function programsIn(folder: string): Promise<string[]> {
  const programs = interpretersAmong(await names(folder)).map((it) => join(folder, it));
  const isThere = await Promise.all(programs.map(isProgram));
  return programs.filter((_, index) => isThere[index]);
}

async function environmentsIn(path: string): Promise<string[]> {
  const found = await Promise.all((await expanded(path)).map((it) => firstProgram(inEnvironment(it))));
  return found.filter((it) => it !== undefined);
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
export async function isProgram(path: string): Promise<boolean> {
  // Until Apple's tools are installed this program asks whether they shall be.
  const isAsking = process.platform === 'darwin' && dirname(path) === '/usr/bin'
    && !(await isThere('/Library/Developer/CommandLineTools')) && !(await isThere('/Applications/Xcode.app'));
  return !isAsking && (await isThere(path, constants.X_OK)) && (await stat(path)).isFile();
}

function isThere(path: string, mode?: number): Promise<boolean> {
  return access(path, mode).then(() => true, () => false);
}
