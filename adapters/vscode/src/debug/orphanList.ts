// Kernels of ours that wait for a client, as `dap-kernel kernels` lists them beside what others have started: id, notebook,
// who has started it, state, since when, Python, executable. Pure.
import { basename, isAbsolute, normalize } from 'node:path';
import { nameOf } from './configuration';

const OURS = 'dap-kernel';

export interface Orphan {
  id: string;
  notebook: string;
  python: string;
  executable: string;
}

export function parseOrphans(output: string): Orphan[] {
  return output.split(/\r?\n/).map((it) => it.split('\t')).flatMap(([id, notebook, host, , , python, executable]) =>
    id && notebook && host === OURS ? [{ id, notebook, python: python ?? '', executable: executable ?? '' }] : []);
}

/** Of `all`, the newest first, the kernel of a notebook that runs on the interpreter which is chosen for it, if one is. */
export function orphanFor(program: string, interpreter: string | undefined, all: readonly Orphan[]): Orphan | undefined {
  return all.find(({ notebook, executable }) => notebook === program && (interpreter === undefined || isSame(executable, interpreter)));
}

/** Whether a kernel's executable is what `interpreter` names; one without a folder is looked for on the path. */
function isSame(executable: string, interpreter: string): boolean {
  return isAbsolute(interpreter) ? normalize(interpreter) === executable : basename(executable) === interpreter;
}

/** How a kernel is shown in a list. */
export function itemOf({ id, notebook, python }: Orphan): { label: string; description: string; id: string } {
  return { label: nameOf(notebook), description: `${notebook} · ${python} · ${id}`, id };
}
