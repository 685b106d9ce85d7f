// What becomes of a document's sessions when one is launched in their place. Pure.
import type { Configuration } from './configuration';

export interface Replaceable {
  program: string;
  /** A kernel without a debugger, which may be kept with its notebook closed. */
  isQuiet: boolean;
  isLaunched: boolean;
  isEnding: boolean;
}

/** Of `sessions`, those that end when another one of `program` begins; a script that is no notebook may run twice at once. */
export function replacedBy<S extends Replaceable>(program: string, isNotebook: boolean, sessions: readonly S[]): S[] {
  return sessions.filter((it) => it.program === program && !it.isEnding && (it.isQuiet || (isNotebook && it.isLaunched)));
}

/** What a configuration may say to a kernel that is there: it is of the editor, or of the one run. */
const OF_ANY_KERNEL = new Set([
  'type', 'name', 'request', 'program', 'run', 'noDebug', 'presentation', 'internalConsoleOptions',
  'suppressMultipleSessionWarning', 'orphanTimeout', 'notebookEvents',
]);

/** Whether what `wanted` says can be done in the kernel that was started by `own`: it sets nothing else for a kernel. */
export function canRunIn(own: Configuration, wanted: Configuration): boolean {
  if (wanted['run'] === 'none') return false;
  const { __isPythonChosen: isPythonChosen } = wanted;
  return Object.entries(wanted).every(([key, value]) => OF_ANY_KERNEL.has(key) || key.startsWith('__')
    || (key === 'python' && isPythonChosen === true) || JSON.stringify(own[key]) === JSON.stringify(value));
}
