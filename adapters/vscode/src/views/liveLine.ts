// The live line: an arrow and a subtle highlight on the line that runs now, with the time it takes.
import * as vscode from 'vscode';
import type { Parts } from '../parts';
import type { LineBody } from '../protocol';
import type { NotebookSession } from '../session';
import { elapsed } from './elapsed';
import { shifted } from './lines';
import { editorsOf, isAt, rangeOf, textOf } from './places';

export function registerLiveLine(parts: Parts): vscode.Disposable {
  const lines = new Map<NotebookSession, LiveLine>();
  const marks = decorations(parts.context.extensionUri);
  return vscode.Disposable.from(
    marks.line, marks.arrow,
    parts.sessions.onDidInitialize((session) => lines.set(session, new LiveLine(session, marks))),
    parts.sessions.onDidEnd((session) => {
      lines.get(session)?.dispose();
      lines.delete(session);
    }),
    vscode.window.onDidChangeVisibleTextEditors(() => lines.forEach((it) => it.draw())),
    vscode.workspace.onDidChangeTextDocument((change) => lines.forEach((it) => it.shift(change))),
  );
}

interface Marks {
  line: vscode.TextEditorDecorationType;
  arrow: vscode.TextEditorDecorationType;
}

function decorations(extension: vscode.Uri): Marks {
  return {
    line: vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor('dapKernel.liveLineBackground'),
      overviewRulerColor: new vscode.ThemeColor('dapKernel.liveLineForeground'),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
    }),
    arrow: vscode.window.createTextEditorDecorationType({
      gutterIconPath: vscode.Uri.joinPath(extension, 'media', 'live.svg'), gutterIconSize: 'contain',
    }),
  };
}

class LiveLine implements vscode.Disposable {
  private at: LineBody | undefined;
  private since = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly drawn = new Set<vscode.TextEditor>();
  private readonly listening: vscode.Disposable;

  constructor(session: NotebookSession, private readonly marks: Marks) {
    this.listening = vscode.Disposable.from(
      session.on('notebookLine', (it) => this.move(it.line === undefined ? undefined : it)),
      session.on('stopped', () => this.move(undefined)), // VS Code marks where it stands
      session.on('terminated', () => this.move(undefined)),
    );
  }

  /** Stay with the line's text: it is told anew only when another line runs. */
  shift({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.at?.line === undefined || !isAt(document, this.at.source)) return;
    this.at = { ...this.at, line: shifted(this.at.line, contentChanges, textOf(document)) };
    this.draw();
  }

  draw(): void {
    const editors = editorsOf(this.at?.source);
    for (const it of this.drawn) {
      if (!vscode.window.visibleTextEditors.includes(it)) this.drawn.delete(it); // it is gone, and its marks
      else if (!editors.includes(it)) this.mark(it, []);
    }
    for (const it of editors) {
      const range = rangeOf(it.document, this.at?.line ?? 0);
      this.mark(it, range === undefined ? [] : [{ range, renderOptions: { after: this.time() } }]);
    }
  }

  dispose(): void {
    this.move(undefined);
    this.listening.dispose();
  }

  private move(to: LineBody | undefined): void {
    clearInterval(this.timer);
    this.at = to;
    this.since = Date.now() - (to?.elapsedS ?? 0) * 1000;
    if (to !== undefined) this.timer = setInterval(() => this.draw(), 1000);
    this.draw();
  }

  private mark(editor: vscode.TextEditor, where: vscode.DecorationOptions[]): void {
    editor.setDecorations(this.marks.line, where);
    editor.setDecorations(this.marks.arrow, where.map((it) => it.range));
    if (where.length > 0) this.drawn.add(editor);
    else this.drawn.delete(editor);
  }

  private time(): vscode.ThemableDecorationAttachmentRenderOptions {
    const text = elapsed(Date.now() - this.since, this.at?.via, this.at?.loop !== undefined);
    return { contentText: text, margin: '0 0 0 2em', color: new vscode.ThemeColor('editorCodeLens.foreground') };
  }
}
