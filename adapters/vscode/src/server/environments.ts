// Where interpreters usually lie. Pure: nothing is looked up.
import { delimiter, join } from 'node:path';

export interface Machine {
  home: string;
  env: Record<string, string | undefined>;
  /** Of the workspace. */
  folders: string[];
}

/** Folders of environments, or of programs where `isPrograms`. A part `*` stands for any name. */
export interface Place {
  origin: string;
  path: string;
  isPrograms?: true;
  /** The user has named it: a shell of theirs would run what is there. */
  isNamed?: true;
}

const CONDAS = ['miniconda3', 'anaconda3', 'miniforge3', 'mambaforge', '.conda'];

/** Interpreters' paths in an environment's folder, the best first. */
export function inEnvironment(folder: string): string[] {
  return [join(folder, 'bin', 'python'), join(folder, 'bin', 'python3')];
}

/** Where the environments of a folder are. */
export function ofFolder(folder: string): Place[] {
  const of = (...parts: string[]): Place => ({ origin: 'In this folder', path: join(folder, ...parts) });
  return [of('.venv'), of('venv'), of('env'), of('*'), of('.pixi', 'envs', '*'), of('.conda')];
}

/** Where else on the machine: what the user's shell would find first. */
export function ofMachine({ home, env }: Machine): Place[] {
  const activated = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter((it) => it !== undefined).filter((it) => it !== '');
  const conda = [...CONDAS.map((it) => join(home, it)), '/opt/conda', '/opt/miniconda3', '/opt/homebrew/Caskroom/miniforge/base'];
  const roots = [...new Set([env['MAMBA_ROOT_PREFIX'] || join(home, 'micromamba'), ...conda])];
  return [
    ...activated.map((path) => ({ origin: 'Activated', path, isNamed: true as const })),
    ...onPath(env['PATH'] ?? ''),
    { origin: 'pyenv', path: join(env['PYENV_ROOT'] || join(home, '.pyenv'), 'versions', '*') },
    ...roots.flatMap((it) => [{ origin: 'conda', path: it }, { origin: 'conda', path: join(it, 'envs', '*') }]),
    { origin: 'uv', path: join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'uv', 'python', '*') },
    { origin: 'Environments', path: join(env['WORKON_HOME'] || join(home, '.virtualenvs'), '*') },
    { origin: 'Environments', path: join(home, '.local', 'share', 'virtualenvs', '*') },
    { origin: 'Environments', path: join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'pypoetry', 'virtualenvs', '*') },
    ...['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'].map((path) => ({ origin: 'On this machine', path, isPrograms: true as const })),
  ];
}

/** The folders of the variable PATH; a part that is relative would mean the folder that the editor happens to be in. */
function onPath(path: string): Place[] {
  return foldersOf(path).map((it) => ({ origin: 'On the path', path: it, isPrograms: true, isNamed: true }));
}

export function foldersOf(path: string): string[] {
  return [...new Set(path.split(delimiter).filter((it) => it.startsWith('/')))];
}

/** The interpreters among the programs of a folder, what `python3` means first, then the newest. */
export function interpretersAmong(names: string[]): string[] {
  const minor = (name: string): number => Number(/^python3\.(\d+)$/.exec(name)?.[1] ?? (name === 'python3' ? Infinity : -1));
  return names.filter((it) => /^python(3(\.\d+)?)?$/.test(it)).sort((a, b) => minor(b) - minor(a));
}
