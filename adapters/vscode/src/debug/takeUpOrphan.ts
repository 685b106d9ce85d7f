// A kernel whose editor was lost, as by a crash, waits: what runs next in its notebook runs there.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import { ask } from '../server/interpreter';
import { isEnding } from '../shutDown';
import { nameOf } from './configuration';
import { programOfUri } from './program';
import { orphanFor, parseOrphans } from './orphanList';

/** The id of the kernel of `document` that waits, if one does, which the user is told. */
export async function takeUpOrphan({ servers }: Parts, document: vscode.Uri): Promise<string | undefined> {
  if (document.scheme !== 'file') return undefined; // another one that was never saved may have its name
  const server = await servers.find(document);
  if (server === undefined) return undefined;
  const waiting = parseOrphans(await ask(server, 'kernels').catch(() => '')).filter((it) => !isEnding(it.id));
  const kernel = orphanFor(programOfUri(document), await servers.chosen(document), waiting);
  if (kernel === undefined) return undefined;
  void vscode.window.showInformationMessage(
    `${nameOf(kernel.notebook)} goes on in the kernel that was left running, with its variables. `
      + '"dap-kernel: Restart Kernel" starts one without them.',
  );
  return kernel.id;
}
