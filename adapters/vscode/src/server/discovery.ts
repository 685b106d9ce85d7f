// Where the server is looked for, and how it is started. Pure: who can run what is asked of `Probe`.

/** A command line that may start the server. */
export interface Candidate {
  command: string;
  args: string[];
  /** The interpreter whose package it is; undefined for a `dap-kernel` on the path. */
  interpreter?: string;
  /** Where it comes from, for the log. */
  from: string;
}

export interface Sources {
  /** The setting `dap-kernel.interpreter`. */
  setting?: string | undefined;
  /** What the Python extension has selected. */
  selected?: string | undefined;
}

/** Whether a candidate has the server: runs it with `--version`, or imports it. */
export type Probe = (candidate: Candidate) => Promise<boolean>;

// `-P`: the folder it runs in may hold a module `queue` or `logging` of the user's.
export const SERVE = ['-P', '-m', 'dap_kernel', 'dap'];

/** In the order of trust: what the user said, what the Python extension says, what lies about. */
export function candidates({ setting, selected }: Sources): Candidate[] {
  const ofInterpreter = (interpreter: string, from: string): Candidate =>
    ({ command: interpreter, args: SERVE, interpreter, from });
  const found: Candidate[] = [];
  if (setting) found.push(ofInterpreter(setting, 'the setting dap-kernel.interpreter'));
  if (selected && selected !== setting) found.push(ofInterpreter(selected, 'the selected interpreter'));
  found.push({ command: 'dap-kernel', args: ['dap'], from: 'the path' });
  found.push(ofInterpreter('python3', 'python3 on the path'));
  return found;
}

export async function firstThatWorks(all: Candidate[], probe: Probe): Promise<Candidate | undefined> {
  for (const it of all) if (await probe(it)) return it;
  return undefined;
}

/** The interpreter that gets the package when none has it. */
export function toInstallInto({ setting, selected }: Sources): string {
  return setting ?? selected ?? 'python3';
}

/** The arguments by which a candidate tells that it has the server. */
export function probeArguments(candidate: Candidate): string[] {
  return candidate.interpreter === undefined ? ['--version'] : ['-P', '-c', 'import dap_kernel'];
}

/** A shell's line that installs the server and its LSP companion from `path`, a wheel or a checkout; `shell` is the terminal's program. */
export function installLine(interpreter: string, shell: string, path: string): string {
  return `${quoted(interpreter, shell)} -m pip install "${path}[lsp]"`;
}

/** A path as a word of a shell's line. */
export function quoted(path: string, shell: string): string {
  if (/^[\w./\\:+-]+$/.test(path)) return path;
  if (/pwsh|powershell/i.test(shell)) return `& "${path}"`;
  return /cmd(\.exe)?$/i.test(shell) ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
}
