// An interpreter's path as a setting holds it: one that means the same for others, and on another machine. Pure.
import { isAbsolute, join, relative, sep } from 'node:path';

export interface Around {
  home: string;
  /** The folder whose setting it is. */
  folder?: string | undefined;
  env?: Record<string, string | undefined>;
}

/** Write a path for a setting. */
export function portable(path: string, { home, folder }: Around): string {
  const inFolder = folder === undefined ? undefined : below(path, folder);
  if (inFolder !== undefined) return ['${workspaceFolder}', inFolder].join('/');
  const inHome = home === '' ? undefined : below(path, home);
  return inHome === undefined ? path : `~/${inHome}`;
}

/** Read a path of a setting, which may say what other extensions' settings may; a name is looked for on the path. */
export function substituted(setting: string, { home, folder, env = {} }: Around): string {
  const path = setting
    .replaceAll('${workspaceFolder}', folder ?? '')
    .replaceAll('${userHome}', home)
    .replaceAll(/\$\{env:(\w+)\}/g, (_, name: string) => env[name] ?? '')
    .replace(/^~(?=[/\\]|$)/, () => home);
  return folder === undefined || isAbsolute(path) || !/[/\\]/.test(path) ? path : join(folder, path);
}

/** A path's part below a folder, with `/` between names; undefined: it lies elsewhere. */
function below(path: string, folder: string): string | undefined {
  const rest = relative(folder, path);
  const isInside = rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
  return isInside && isAbsolute(path) ? rest.replaceAll(sep, '/') : undefined;
}
