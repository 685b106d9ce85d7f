// What a launch configuration becomes before the server sees it. Pure.
import { homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';

export interface Configuration {
  type?: string;
  name?: string;
  request?: string;
  program?: string;
  module?: string;
  notebook?: string;
  python?: string | string[];
  pythonPath?: string | string[];
  [key: string]: unknown;
}

/** The document in front of the user. */
export interface Shown {
  /** As `programOf` names it. */
  program: string;
  /** VS Code's language, or its kind of notebook. */
  kind: string;
}

export const TYPE = 'dap-kernel';
/** How long a notebook's kernel waits for an editor when its own is lost. */
export const KERNEL_WAITS_S = 600;
const UNTITLED = 'untitled:';
const CHOSEN = '__isPythonChosen'; // the user's own words name no Python
const CAN_RUN = new Set(['python', 'jupyter-notebook']);

/** Return the path by which the server knows a document; one that was never saved has none but its name. */
export function programOf(scheme: string, path: string, fsPath: string): string {
  if (scheme !== 'untitled') return fsPath;
  return isAbsolute(path) ? path : `${UNTITLED}${path}`;
}

/** F5 without a launch.json gives an empty configuration: fill it from what is shown. */
export function fromShown(given: Configuration, shown: Shown | undefined): Configuration | undefined {
  const isEmpty = !given.type && !given.request && !given.name;
  if (!isEmpty) return given;
  if (shown === undefined || !CAN_RUN.has(shown.kind)) return undefined;
  // What was given (noDebug above all) stays.
  return { ...given, type: TYPE, request: 'launch', name: nameOf(shown.program), program: shown.program };
}

/** Where a server listens that the user has started; VS Code itself connects to a `debugServer` that is a number. */
export interface Address {
  host?: string;
  port: number;
}

/** Where the server of a configuration is, when it is not for us to start one: the machine, and its Pythons, may be another. */
export function addressOf({ request, debugServer, connect, host, port }: Configuration): Address | undefined {
  const own = portOf(debugServer);
  if (own !== undefined) return { port: own };
  if (request !== 'attach') return undefined; // to launch debugpy there is no such thing
  const named = { host, port, ...(typeof connect === 'object' ? connect : {}) };
  const there = portOf(named.port);
  if (there === undefined) return undefined;
  return { ...(typeof named.host === 'string' && named.host !== '' ? { host: named.host } : {}), port: there };
}

function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
}

/** Complete a configuration whose variables are substituted; what it says itself wins. */
export function completed(given: Configuration, interpreter?: string, folder?: string): Configuration {
  const config: Configuration = { notebookEvents: true, ...given };
  for (const key of ['program', 'notebook'] as const) {
    const path = config[key];
    if (!path) continue;
    if (!path.startsWith(UNTITLED)) config[key] = asNamed(path, folder);
    else if (folder !== undefined && addressOf(config) === undefined) config.cwd ??= folder;
  }
  const hasTerminal = config.console === 'integratedTerminal' || config.console === 'externalTerminal';
  if (hasTerminal) config.internalConsoleOptions ??= 'neverOpen'; // it would cover the terminal
  if (addressOf(config) !== undefined) return config; // our Pythons are not there
  return namesNoPython(given) ? withInterpreter({ ...config, [CHOSEN]: true }, interpreter) : config;
}

/** Whether what a configuration starts runs on the interpreter that is chosen. */
export function namesNoPython({ request, python, pythonPath }: Configuration): boolean {
  return request === 'launch' && python === undefined && pythonPath === undefined;
}

/** A configuration that was completed, with the interpreter that is chosen now, unless it names one itself. */
export function withInterpreter(config: Configuration, interpreter: string | undefined): Configuration {
  if (addressOf(config) !== undefined) return config;
  const namesNone = config.request === 'attach' ? config.python === undefined : config[CHOSEN] === true;
  if (!namesNone) return config;
  const newest = { ...config };
  if (interpreter === undefined) delete newest.python;
  else newest.python = interpreter;
  return newest;
}

/** A path as the editor names its documents, so that the two find each other. */
function asNamed(path: string, folder: string | undefined): string {
  const whole = path.replace(/^~(?=[/\\]|$)/, () => homedir());
  if (isAbsolute(whole)) return normalize(whole);
  return folder === undefined ? whole : join(folder, whole);
}

/** What "Add Configuration..." writes into a new launch.json. */
export function initialConfigurations(): Configuration[] {
  const launch = { type: TYPE, request: 'launch' };
  return [
    { ...launch, name: 'Debug this file or notebook', program: '${file}' },
    { type: TYPE, request: 'attach', name: 'Attach to a waiting kernel' },
  ];
}

/** Whether a document was never saved. */
export function isUntitled(program: string): boolean {
  return program.startsWith(UNTITLED);
}

export function nameOf(program: string): string {
  return program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1).replace(UNTITLED, '');
}
