// Whose variables are looked at: the notebook in front, or the one before it while something else is.
import * as vscode from 'vscode';
import { isNotebook, shown } from '../debug/program';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';

export class Front implements vscode.Disposable {
  private last: vscode.Uri | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Another notebook may be in front, or its session is another. */
  readonly onDidChange = this.changed.event;
  private readonly registration: vscode.Disposable;

  constructor(private readonly parts: Parts) {
    const changed = (): void => this.changed.fire();
    this.registration = vscode.Disposable.from(
      this.changed, parts.sessions.onDidLaunch(changed), parts.sessions.onDidEnd(changed),
      vscode.window.onDidChangeActiveTextEditor(changed), vscode.window.onDidChangeActiveNotebookEditor(changed),
      vscode.debug.onDidChangeActiveDebugSession(changed),
    );
  }

  /** The notebook; undefined: none has been in front. */
  get uri(): vscode.Uri | undefined {
    const document = shown()?.uri;
    const { current } = this.parts.sessions;
    if (document !== undefined && (isNotebook(document) || current?.isOf(document) === true)) this.last = document;
    else if (current !== undefined) this.last = documentOfSession(current);
    return this.last;
  }

  /** Its session, in which requests are answered; undefined: there is none now. */
  get session(): NotebookSession | undefined {
    const { uri } = this;
    const session = uri && this.parts.sessions.of(uri);
    return session?.isLaunched === true ? session : undefined;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

/** The document that a session is of, as VS Code names it. */
export function documentOfSession(session: NotebookSession): vscode.Uri {
  const { notebookDocuments, textDocuments } = vscode.workspace;
  return [...notebookDocuments, ...textDocuments].find((it) => session.isOf(it.uri))?.uri ?? vscode.Uri.file(session.program);
}
