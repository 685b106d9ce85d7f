// Whether an interpreter that was found, not named, may be run: only this user and root can have put it there.
//
// VS Code has asked whether the workspace is trusted before this extension is there at all. That is trust in what the folder
// held; this is about who else can put something into it. The rule is the server's (`kernels/trust.py`,
// `kernels/interpreter.py`), which does not run yet when its own Python is looked for.
import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

const MAX_LINKS = 40; // as the system's own limit
const MOST_SETTINGS = 2 ** 16; // bytes of a `pyvenv.cfg`
const RUN_FIRST = /\.pth$|^(site|user)customize/; // in `site-packages`; Python runs them as it starts
const SETTINGS = 'pyvenv.cfg';
const [OTHERS, GROUP, STICKY] = [0o002, 0o020, 0o1000];

/** Who else decides what an interpreter does, in half a sentence; undefined: nobody. */
export async function doubtOf(python: string): Promise<string | undefined> {
  for await (const it of readFirst(python)) {
    const doubt = (await whyNot(it)) ?? (basename(it) === SETTINGS ? await whyUnreadable(it) : undefined);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

/** What a Python reads before any code of ours; who asks for the next is sure of all so far. */
async function* readFirst(python: string): AsyncGenerator<string> {
  yield python;
  const folder = dirname(dirname(python));
  const settings = [join(dirname(python), SETTINGS), join(folder, SETTINGS)];
  yield* settings;
  for (const it of settings) {
    if (!(await stat(it).then((found) => found.isFile(), () => false))) continue;
    yield* await homeIn(it);
    for (const packages of await sitePackages(folder)) {
      yield packages;
      yield* (await names(packages)).filter((name) => RUN_FIRST.test(name)).map((name) => join(packages, name));
    }
    return; // Python takes the first, too
  }
}

/** Where an environment has the standard library from, by its settings. */
async function homeIn(settings: string): Promise<string[]> {
  const lines = (await readFile(settings, 'utf8').catch(() => '')).split('\n');
  return lines.flatMap((it) => /^\s*home\s*=(.*)$/i.exec(it)?.[1]?.trim() || []);
}

async function sitePackages(folder: string): Promise<string[]> {
  const libraries = (await names(folder)).filter((it) => it.startsWith('lib')).map((it) => join(folder, it));
  const found = await Promise.all(libraries.map(async (library) =>
    (await names(library)).filter((it) => it.startsWith('python3')).map((it) => join(library, it, 'site-packages'))));
  return found.flat();
}

async function whyUnreadable(settings: string): Promise<string | undefined> {
  const found = await stat(settings).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isFile() && found.size <= MOST_SETTINGS ? undefined : `${settings} cannot be read as settings`;
}

/** Why somebody else decides what is at `path`, in half a sentence. What is not there is trusted: nothing of it can run. */
async function whyNot(path: string): Promise<string | undefined> {
  for await (const [part, found] of wayTo(path)) {
    if (![0, process.geteuid?.(), await uidOfRootsOutside()].includes(found.uid)) return `${part} belongs to another user`;
    if (!found.isSymbolicLink() && (await canOthersWrite(found))) return `others can write to ${part}`;
  }
  return undefined;
}

/** Everything on the way to `path`, links and what they lead to, from the root on. */
async function* wayTo(path: string): AsyncGenerator<[string, Stats]> {
  const rest = resolve(path).split('/');
  let at = '/';
  yield [at, await lstat(at)];
  for (let links = 0; links <= MAX_LINKS;) {
    const name = rest.shift();
    if (name === undefined) return;
    if (name === '..') at = dirname(at); // this stands in links only
    if (name === '' || name === '.' || name === '..') continue;
    const part = join(at, name);
    const found = await lstat(part).catch(() => undefined);
    if (found === undefined) return;
    yield [part, found];
    if (found.isSymbolicLink()) {
      links += 1;
      const target = await readlink(part);
      if (isAbsolute(target)) at = '/';
      rest.unshift(...target.split('/'));
    } else {
      at = part;
    }
  }
}

/** Whether another user can put something else there. In a sticky folder none can replace what is ours. */
async function canOthersWrite(found: Stats): Promise<boolean> {
  const has = (right: number): boolean => (found.mode & right) !== 0;
  if (found.isDirectory() && has(STICKY)) return false;
  return has(OTHERS) || (has(GROUP) && !(await isOwnGroup(found.gid)));
}

/** Whether a group is the one that a system makes for this user alone, or root's. */
async function isOwnGroup(gid: number): Promise<boolean> {
  if (gid === 0) return true;
  const groups = (await readFile('/etc/group', 'utf8').catch(() => '')).split('\n').map((it) => it.split(':'));
  const [name, , , members = ''] = groups.find((it) => Number(it[2]) === gid) ?? [];
  const user = nameOfUser();
  return user !== undefined && name === user && members.split(',').every((it) => it === '' || it === user);
}

let roots: Promise<number | undefined> | undefined; // the same as long as this process lives

/**
 * As whom the system's root appears in a user namespace that does not know it; undefined: it is known. All whom the
 * namespace does not know appear as this one. Source: user_namespaces(7).
 */
function uidOfRootsOutside(): Promise<number | undefined> {
  return (roots ??= lookForRoot());
}

async function lookForRoot(): Promise<number | undefined> {
  try {
    const overflow = Number(await readFile('/proc/sys/kernel/overflowuid', 'ascii'));
    return isRootUnknown(await readFile('/proc/self/uid_map', 'ascii'), overflow) ? overflow : undefined;
  } catch {
    return undefined; // no Linux
  }
}

/** Whether a namespace with these lines (first uid inside, outside, how many) has no uid for root outside. */
export function isRootUnknown(map: string, overflow: number): boolean {
  const ranges = map.split('\n').filter((it) => it.trim() !== '').map((it) => it.trim().split(/\s+/).map(Number));
  return !ranges.some(([inside = 0, outside = 0, count = 0]) => outside === 0 || (inside <= overflow && overflow < inside + count));
}

function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // a user without an entry, as in some containers
  }
}

function names(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
