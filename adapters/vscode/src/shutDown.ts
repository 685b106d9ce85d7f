// The end of a session and of its kernel, whichever way the two have met.
import * as vscode from 'vscode';
import type { Parts } from './parts';
import { ask } from './server/interpreter';
import type { NotebookSession } from './session';

/** End `session` together with its kernel. */
export async function shutDown(parts: Parts, session: NotebookSession): Promise<void> {
  const { debug, kernelId } = session;
  session.keepsKernel = false;
  await vscode.debug.stopDebugging(debug);
  await parts.sessions.until(session, () => false);
  // A kernel that was attached to is left, and waits for another client.
  if (debug.configuration.request === 'attach' && kernelId !== undefined) await stopWaiting(parts, session.program, kernelId);
}

/** End a kernel that waits for a client; nothing happens if there is none. */
export async function stopWaiting({ servers }: Parts, program: string, kernelId: string): Promise<void> {
  const server = await servers.find(vscode.Uri.file(program));
  if (server !== undefined) await ask(server, 'kernels', '--stop', kernelId).catch(() => undefined);
}
