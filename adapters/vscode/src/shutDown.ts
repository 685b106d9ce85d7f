// The end of a session and of its kernel, whichever way the two have met.
import * as vscode from 'vscode';
import type { Parts } from './parts';
import { ask } from './server/interpreter';
import type { NotebookSession } from './session';

const ending = new Set<string>();

/** Whether a kernel that waits is to end. */
export function isEnding(kernelId: string): boolean {
  return ending.has(kernelId);
}

/** End `session` together with its kernel, on whichever machine that is. */
export async function shutDown(parts: Parts, session: NotebookSession): Promise<void> {
  const { debug, kernelId } = session;
  session.keepsKernel = false;
  if (debug.configuration.request === 'attach') {
    // Without a word the server would leave a kernel that was attached to; nobody is to take it over meanwhile.
    if (kernelId !== undefined) ending.add(kernelId);
    await Promise.resolve(debug.customRequest('disconnect', { terminateDebuggee: true })).catch(() => vscode.debug.stopDebugging(debug));
  } else {
    await vscode.debug.stopDebugging(debug);
  }
  await parts.sessions.until(session, () => false);
  if (kernelId !== undefined) ending.delete(kernelId);
}

/** End a kernel that waits for a client; nothing happens if there is none. */
export async function stopWaiting({ servers }: Parts, program: string, kernelId: string): Promise<void> {
  ending.add(kernelId);
  const server = await servers.find(vscode.Uri.file(program));
  if (server !== undefined) await ask(server, 'kernels', '--stop', kernelId).catch(() => undefined);
  ending.delete(kernelId);
}
