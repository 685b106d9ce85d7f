// Sessions whose notebook has another name, until what runs in them is shown in the cells of that one.
import * as vscode from 'vscode';
import type { NotebookSession } from '../session';

interface Waiting {
  cellUris: readonly string[]; // what its cells were called
  isFilled: boolean; // VS Code makes no other cells any more
  wasSelected: boolean; // our kernel, by us: whoever chooses another one afterwards keeps that
}

export class Carrying {
  private readonly waiting = new Map<NotebookSession, Waiting>();

  /** `carry` returns false where not all can be shown yet; `select` has our kernel selected. */
  constructor(
    private readonly carry: (session: NotebookSession, cellUris: readonly string[], notebook: vscode.NotebookDocument) => boolean,
    private readonly select: (notebook: vscode.NotebookDocument) => void,
  ) {}

  /** The cells of `session` were called `cellUris`; those that will stay are there when `filled` is. */
  add(session: NotebookSession, cellUris: readonly string[], filled?: Promise<void>): void {
    const it = { cellUris, isFilled: filled === undefined, wasSelected: false };
    this.waiting.set(session, it);
    this.tryAll();
    void filled?.then(() => {
      it.isFilled = true;
      this.tryAll();
    });
  }

  delete(session: NotebookSession): void {
    this.waiting.delete(session);
  }

  /** Notebooks have been shown, filled, or given our kernel. */
  tryAll(): void {
    for (const [session, it] of this.waiting) {
      const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => session.isOf(uri));
      if (notebook === undefined) continue;
      if (it.isFilled && this.carry(session, it.cellUris, notebook)) this.waiting.delete(session);
      const isShown = vscode.window.visibleNotebookEditors.some((editor) => editor.notebook === notebook);
      if (it.wasSelected || !isShown || session.debug.configuration['__begun'] !== true) continue;
      it.wasSelected = true;
      this.select(notebook); // as it was before
    }
  }
}
