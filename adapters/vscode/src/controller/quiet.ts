// Sessions that Run of a cell has started: VS Code shows nothing of them until something is to be debugged.
import * as vscode from 'vscode';
import { start } from '../debug/start';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';

export class QuietSessions {
  private readonly all = new Map<NotebookSession, vscode.Disposable>();

  has(session: NotebookSession): boolean {
    return this.all.has(session);
  }

  get sessions(): NotebookSession[] {
    return [...this.all.keys()];
  }

  /** Note `session` if it is a quiet one; `register` makes what only those need. */
  begin(session: NotebookSession, register: () => vscode.Disposable): void {
    if (session.isQuiet) this.all.set(session, register());
  }

  end(session: NotebookSession): void {
    this.all.get(session)?.dispose();
    this.all.delete(session);
  }

  /** End a quiet session, whose kernel stays, and return a visible one that has taken the kernel over. */
  async show(parts: Parts, session: NotebookSession, notebook: vscode.NotebookDocument): Promise<NotebookSession> {
    const { kernelId } = session; // another kernel of the notebook may be waiting
    await session.debug.customRequest('disconnect', { terminateDebuggee: kernelId === undefined });
    await parts.sessions.until(session, () => false);
    return start(parts, notebook.uri, kernelId === undefined ? { looksRunning: true } : { looksRunning: true, kernelId });
  }
}
