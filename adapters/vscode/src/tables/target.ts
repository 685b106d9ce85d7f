// Which value a table shows: an expression at the notebook's level, or in a function's frame while that is there.
import * as vscode from 'vscode';
import type { NotebookSession } from '../session';

/** A function's frame, known again at the next stop by its name and source; frames' ids are void by then. */
export interface FrameName {
  name: string;
  path: string | undefined;
}

/** The frame that is looked at in VS Code; undefined: it is at the notebook's own level, or there is none. */
export async function functionAt(session: NotebookSession): Promise<FrameName | undefined> {
  const item = vscode.debug.activeStackItem;
  if (!(item instanceof vscode.DebugStackFrame) || item.session.id !== session.debug.id) return undefined;
  const { stackFrames } = await session.request('stackTrace', { threadId: item.threadId });
  const frame = stackFrames.find((it) => it.id === item.frameId);
  if (frame === undefined) return undefined;
  const path = frame.source?.path;
  if (path !== undefined && isInNotebook(session, path)) {
    const { scopes } = await session.request('scopes', { frameId: frame.id });
    if (scopes.length === 1) return undefined; // a cell's names are the notebook's
  }
  return { name: frame.name, path };
}

/** The id of the innermost frame of that function in the thread that is looked at; undefined: it is not there. */
export async function frameOf(session: NotebookSession, { name, path }: FrameName): Promise<number | undefined> {
  const item = vscode.debug.activeStackItem;
  if (item?.session.id !== session.debug.id) return undefined;
  const running = { stackFrames: [] }; // meanwhile
  const { stackFrames } = await session.request('stackTrace', { threadId: item.threadId }).catch(() => running);
  return stackFrames.find((it) => it.name === name && it.source?.path === path)?.id;
}

function isInNotebook(session: NotebookSession, path: string): boolean {
  return path === session.program || path.startsWith('vscode-notebook-cell:');
}
