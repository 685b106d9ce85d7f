// What is said and offered where the server is not installed. Pure.

export interface Facts {
  version: [number, number];
  /** The system's own, into which pip installs nothing (PEP 668). */
  isManaged: boolean;
}

export type Action = 'Install' | 'Create .venv and Install' | 'Pick Interpreter';

export interface Offer {
  text: string;
  actions: Action[];
}

/** What an interpreter runs to tell its facts, by any Python 3. */
export const FACTS = [
  'import json, os, sys, sysconfig',
  'mark = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")',
  'managed = sys.prefix == sys.base_prefix and os.path.exists(mark)',
  'print(json.dumps({"version": sys.version_info[:2], "isManaged": managed}))',
].join('\n');

/** What an interpreter has told; undefined: nothing that can be understood. */
export function parseFacts(output: string): Facts | undefined {
  try {
    const { version, isManaged } = JSON.parse(output) as Facts;
    return Array.isArray(version) ? { version, isManaged } : undefined;
  } catch {
    return undefined;
  }
}

/** `found`: an interpreter's facts, or the code with which it could not be started. */
export function offerOf(interpreter: string, found: Facts | string | undefined, hasFolder: boolean): Offer {
  if (typeof found === 'string') {
    const why = found === 'ENOENT' ? 'does not exist' : `cannot be run (${found})`;
    return { text: `The Python ${interpreter} ${why}. Pick the one that runs and debugs your notebooks.`, actions: ['Pick Interpreter'] };
  }
  const missing = `The Python package dap-kernel is not installed in ${interpreter}. It runs and debugs your notebooks`;
  if (found !== undefined && isOld(found)) {
    const text = `${missing}, on Python 3.11 or later; this is ${found.version.join('.')}. Pick another one.`;
    return { text, actions: ['Pick Interpreter'] };
  }
  if (found?.isManaged === true) {
    const text = `${missing}. This Python is the system's, which takes no packages: make an environment for it`;
    return hasFolder
      ? { text: `${text}, and start again when it is there.`, actions: ['Create .venv and Install', 'Pick Interpreter'] }
      : { text: `${text}, and pick that.`, actions: ['Pick Interpreter'] };
  }
  return { text: `${missing}, on Python 3.11 or later. Install it, and start again when it is there.`, actions: ['Install', 'Pick Interpreter'] };
}

function isOld({ version: [major, minor] }: Facts): boolean {
  return major < 3 || (major === 3 && minor < 11);
}
