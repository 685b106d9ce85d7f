import { chmodSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { registerLabel } from '../src/controller/label';
import type { Parts } from '../src/parts';
import { Servers } from '../src/server/interpreter';
import { Sessions } from '../src/sessions';
import { debugged, EventEmitter, extensionsChanged, installed, Uri, window } from './vscode';

const EXTENSION = 'ms-python.python';
const folder = mkdtempSync(join(tmpdir(), 'label-'));

/** A program that says it is this Python. */
function python(name: string, version: number[]): string {
  const path = join(folder, name);
  const facts = { version, prefix: `/e/${name}`, executable: path, kind: 'venv', packages: {}, isFree: false, implementation: 'cpython' };
  writeFileSync(path, `#!/bin/sh\necho '${JSON.stringify(facts)}'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The Python extension, with an environment that it has selected. */
class PythonExtension {
  path: string | undefined;
  private readonly changed = new EventEmitter<unknown>();
  readonly environments = {
    onDidChangeActiveEnvironmentPath: this.changed.event,
    getActiveEnvironmentPath: () => ({ path: this.path }),
    resolveEnvironment: ({ path }: { path: string | undefined }) =>
      Promise.resolve(path === undefined ? undefined : { executable: { uri: Uri.file(path) } }),
  };

  select(path: string | undefined): void {
    this.path = path;
    this.changed.fire(undefined);
  }
}

test("the kernel's label follows what is selected in the Python extension while the notebook is open", async () => {
  window.activeNotebookEditor = { notebook: { uri: Uri.file('/nb.ipynb'), notebookType: 'jupyter-notebook' } };
  const changed = new EventEmitter<void>();
  const shown = { label: '', detail: '' };
  const controller = new Proxy(shown, { set: (it, key, value) => (changed.fire(), Reflect.set(it, key, value)) });
  const context = { asAbsolutePath: (it: string) => join(folder, it), globalStorageUri: Uri.file(folder) };
  const parts = { sessions: new Sessions(), servers: new Servers({} as never, context as never) };
  /** Wait until it shows this. */
  const shows = async (label: string, detail: string): Promise<void> => {
    while (shown.label !== label || shown.detail !== detail) {
      await new Promise<void>((done) => {
        const listening = changed.event(() => (listening.dispose(), setImmediate(done)));
      });
    }
  };
  const registration = registerLabel(parts as unknown as Parts, controller as never);
  await shows('dap-kernel', 'No Python is chosen: the debugger looks for one');
  const extension = new PythonExtension();
  installed.set(EXTENSION, extension);
  extensionsChanged.fire();
  const [first, second] = [python('one', [3, 12, 1]), python('two', [3, 13, 2])];
  extension.select(first);
  await shows('dap-kernel: Python 3.12.1 (one)', first);
  extension.select(second);
  await shows('dap-kernel: Python 3.13.2 (two)', second);
  extension.select(join(folder, 'later'));
  await shows('dap-kernel', `${join(folder, 'later')} is no Python that can be run`);
  renameSync(python('made', [3, 14, 0]), join(folder, 'later'));
  extension.select(join(folder, 'later')); // what failed is not remembered
  await shows('dap-kernel: Python 3.14.0 (made)', join(folder, 'later'));
  extension.select(undefined);
  await shows('dap-kernel', 'No Python is chosen: the debugger looks for one');
  // A path of another machine is not run on this one.
  const elsewhere = debugged('far', { type: 'dap-kernel', request: 'launch', program: '/nb.ipynb', debugServer: 5678 });
  for (const command of ['initialize', 'launch']) elsewhere.onDidSendMessage({ type: 'response', command, success: true, request_seq: 1 });
  elsewhere.onDidSendMessage({ type: 'event', event: 'notebookKernel', body: { state: 'idle', python: first } });
  await shows('dap-kernel', first);
  elsewhere.onExit();
  registration.dispose();
  installed.delete(EXTENSION);
  window.activeNotebookEditor = undefined;
});
