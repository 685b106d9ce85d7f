// How the server is started, and by which Pythons it may be. Pure: whether one can is asked of `Probe`.

/** A command line that may start the server. */
export interface Candidate {
  command: string;
  args: string[];
  /** The interpreter that runs it; undefined for a `dap-kernel` on the path. */
  interpreter?: string;
  /** It is the server that the extension carries. */
  isBundled: boolean;
  /** Where the interpreter comes from, for the log. */
  from: string;
}

/** Where the chosen interpreters come from. */
export const SETTING = 'the setting dap-kernel.interpreter';
const SELECTED = 'the selected interpreter';

/** The interpreters that the user has chosen. */
export interface Chosen {
  /** The setting `dap-kernel.interpreter`. */
  setting?: string | undefined;
  /** What the Python extension has selected. */
  selected?: string | undefined;
}

/** The server that the extension carries. */
export interface Bundle {
  /** The program that starts it. */
  run: string;
  /** A folder of the extension's, for what the bundle has not for a Python. */
  own: string;
}

/** Whether a candidate can run the server. */
export type Probe = (candidate: Candidate) => Promise<boolean>;

// `-P`: the folder it runs in may hold a module `queue` or `logging` of the user's.
const INSTALLED = ['-P', '-m', 'dap_kernel', 'dap'];

/** The server of the extension on the Pythons that the user has chosen: what the user said, what the Python extension says. */
export function onChosen(bundle: Bundle, { setting, selected }: Chosen): Candidate[] {
  const found: Candidate[] = [];
  if (setting) found.push(bundled(bundle, setting, SETTING));
  if (selected && selected !== setting) found.push(bundled(bundle, selected, SELECTED));
  return found;
}

/** The server of the extension on an interpreter. `-I -S`: nothing of the user's is in it, and nothing of it in what is the user's. */
export function bundled({ run, own }: Bundle, interpreter: string, from: string): Candidate {
  return { command: interpreter, args: ['-I', '-S', run, own, 'dap'], interpreter, isBundled: true, from };
}

/** The package where the user has installed it: for a checkout, and where none of the Pythons runs the extension's. */
export function installed({ setting, selected }: Chosen): Candidate[] {
  const ofInterpreter = (interpreter: string, from: string): Candidate =>
    ({ command: interpreter, args: INSTALLED, interpreter, isBundled: false, from });
  const found: Candidate[] = [];
  if (setting) found.push(ofInterpreter(setting, 'installed there, by the setting dap-kernel.interpreter'));
  if (selected && selected !== setting) found.push(ofInterpreter(selected, 'installed in the selected interpreter'));
  found.push({ command: 'dap-kernel', args: ['dap'], isBundled: false, from: 'the path' });
  found.push(ofInterpreter('python3', 'installed in python3 on the path'));
  return found;
}

export async function firstThatWorks(all: Candidate[], probe: Probe): Promise<Candidate | undefined> {
  for (const it of all) if (await probe(it)) return it;
  return undefined;
}

/** The arguments by which a candidate tells whether it can run the server. */
export function probeArguments(candidate: Candidate): string[] {
  if (candidate.isBundled) return withCommand(candidate, 'probe');
  return candidate.interpreter === undefined ? ['--version'] : ['-P', '-c', 'import dap_kernel'];
}

/** How an installed server tells whether it can be an LSP companion, which needs an extra; undefined: it can. */
export function companionProbe({ interpreter, isBundled }: Candidate): string[] | undefined {
  if (isBundled) return undefined;
  return interpreter === undefined ? ['lsp', '--help'] : ['-P', '-c', 'import pygls, dap_kernel.lsp'];
}

/** The arguments of another command of the server, as `lsp` or `kernels`. */
export function withCommand({ args }: Candidate, ...words: string[]): string[] {
  return [...args.slice(0, -1), ...words];
}
