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

/** End `session` together with its kernel. */
export async function shutDown(parts: Parts, session: NotebookSession): Promise<void> {
  const { debug, kernelId } = session;
  // A kernel that was attached to is left, and waits for another client.
  const left = debug.configuration.request === 'attach' ? kernelId : undefined;
  if (left !== undefined) ending.add(left);
  session.keepsKernel = false;
  await vscode.debug.stopDebugging(debug);
  await parts.sessions.until(session, () => false);
  if (left !== undefined) await stopWaiting(parts, session.program, left);
}

/** End a kernel that waits for a client; nothing happens if there is none. */
export async function stopWaiting({ servers }: Parts, program: string, kernelId: string): Promise<void> {
  ending.add(kernelId);
  const server = await servers.find(vscode.Uri.file(program));
  if (server !== undefined) await ask(server, 'kernels', '--stop', kernelId).catch(() => undefined);
  ending.delete(kernelId);
}
