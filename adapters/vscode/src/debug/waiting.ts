// Kernels that wait for a client, as `dap-kernel kernels` lists them: id, notebook, Python, executable. Pure.
import { nameOf } from './configuration';

export interface Waiting {
  id: string;
  notebook: string;
  python: string;
}

export function parseWaiting(output: string): Waiting[] {
  return output.split(/\r?\n/).map((it) => it.split('\t')).flatMap(([id, notebook, python]) =>
    id && notebook ? [{ id, notebook, python: python ?? '' }] : []);
}

/** How a kernel is shown in a list. */
export function itemOf({ id, notebook, python }: Waiting): { label: string; description: string; id: string } {
  return { label: nameOf(notebook), description: `${notebook} · ${python} · ${id}`, id };
}
