// Where interpreters usually lie. Pure: nothing is looked up.
import { delimiter, join } from 'node:path';

/** Interpreters of a folder's environments. */
export function environmentPaths(folder: string, platform: string = process.platform): string[] {
  const program = platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return ['.venv', 'venv', 'env'].map((it) => join(folder, it, ...program));
}

/** Interpreters by the folders of the variable PATH. */
export function onPath(path: string, platform: string = process.platform): string[] {
  const name = platform === 'win32' ? 'python.exe' : 'python3';
  return [...new Set(path.split(delimiter).filter((it) => it !== ''))].map((it) => join(it, name));
}
