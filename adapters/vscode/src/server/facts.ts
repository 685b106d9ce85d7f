// What interpreters tell of themselves for the list that one is picked from. Pure.
import { basename } from 'node:path';

export interface Facts {
  version: [number, number, number];
  /** The interpreter's own path: what was started may be a shim, which means another one tomorrow. */
  executable: string;
  /** The environment's folder. */
  prefix: string;
  /** It is an environment of its own: venv's or conda's. */
  kind: 'venv' | 'conda' | '';
  isFree: boolean;
  implementation: string;
  /** Version by package, of those that notebooks are known by. */
  packages: Record<string, string>;
}

const PACKAGES = ['marimo', 'ipython', 'pandas', 'polars', 'numpy', 'matplotlib'];

/** What an interpreter runs to tell its facts, by any Python; the folder of `-c` is off its path. */
export const FACTS = `
import sys
sys.path[:1] = []
import json, os
base = getattr(sys, "base_prefix", sys.prefix)
conda = os.path.isdir(os.path.join(sys.prefix, "conda-meta"))
packages = {}
try:
    from importlib.metadata import version
    for it in ${JSON.stringify(PACKAGES)}:
        try:
            packages[it] = version(it)
        except Exception:
            pass
except ImportError:
    pass
print(json.dumps({
    "version": sys.version_info[:3], "executable": sys.executable, "prefix": sys.prefix, "packages": packages,
    "kind": "conda" if conda else "venv" if sys.prefix != base else "",
    "isFree": not getattr(sys, "_is_gil_enabled", lambda: True)(),
    "implementation": getattr(getattr(sys, "implementation", None), "name", "cpython"),
}))
`;

/** What an interpreter has told; undefined: nothing that can be understood, so it is none. */
export function parseFacts(output: string): Facts | undefined {
  try {
    const facts = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Facts; // sitecustomize may print, too
    return Array.isArray(facts.version) && typeof facts.prefix === 'string' ? facts : undefined;
  } catch {
    return undefined;
  }
}

/** Why an interpreter cannot run notebooks; undefined: it can. */
export function whyNot({ version: [major, minor], implementation, isFree }: Facts): string | undefined {
  if (implementation !== 'cpython') return 'notebooks need CPython';
  if (major < 3 || (major === 3 && minor < 11)) return 'notebooks need Python 3.11 or later';
  return isFree ? 'it runs without the global interpreter lock, which debugging needs (PYTHON_GIL=1)' : undefined;
}

/** The path by which an interpreter is chosen: that of a shim (pyenv, asdf, mise) is not the one that was looked at. */
export function pathOf(path: string, { executable }: Facts): string {
  return /[/\\]shims[/\\]/.test(path) && executable !== '' ? executable : path;
}

/** As "Python 3.12.1 (.venv)". */
export function labelOf({ version, prefix, kind }: Facts): string {
  return `Python ${version.join('.')}${kind === '' ? '' : ` (${basename(prefix)})`}`;
}

/** What it has of what notebooks are known by, and what it can do. */
export function aboutOf(facts: Facts): string {
  const has = Object.entries(facts.packages).map(([name, version]) => `${name} ${version}`);
  const why = whyNot(facts);
  if (why !== undefined) return `Cannot be used: ${why}`;
  return has.length === 0 ? 'Runs notebooks; has no pandas, numpy, IPython, marimo or the like' : `Runs notebooks; has ${has.join(', ')}`;
}

/** Interpreters of one environment and version are one. */
export function keyOf({ prefix, version, isFree }: Facts): string {
  return `${prefix}\n${version.join('.')}\n${isFree}`;
}
