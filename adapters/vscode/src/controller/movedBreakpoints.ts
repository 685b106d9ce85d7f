// Breakpoints of a document that gets another name: VS Code leaves those of cells where they were, and takes those of a
// file away with it.
import * as vscode from 'vscode';
import { documentsOf, programOfUri } from '../debug/program';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { indexOfCell } from './cellHandle';

/** What a document was called. */
export interface Former {
  program: string;
  /** In the notebook's order; of a file they are empty. */
  cellUris: readonly string[];
  /** All that there were then. */
  breakpoints: readonly vscode.SourceBreakpoint[];
}

/** Set the breakpoints of a document in `to`, when that is open if it has cells; `keepsOld`: they stay where they are, too. */
export function bringBreakpoints({ sessions }: Parts, session: NotebookSession, former: Former, to: vscode.Uri, keepsOld: boolean): void {
  const ofFile = former.breakpoints.filter(({ location }) => location.uri.scheme !== CELL && programOfUri(location.uri) === former.program);
  bring(ofFile, () => to, keepsOld);
  const whole = former.cellUris.find((it) => it !== '');
  if (whole === undefined) return;
  const cells = (): vscode.NotebookCell[] | undefined => vscode.workspace.notebookDocuments.find((it) => it.uri.toString() === to.toString())?.getCells();
  const now = (): boolean => {
    const there = cells();
    if (there === undefined || there.length < former.cellUris.length) return false; // VS Code fills a new notebook later
    const isOpen = documentsOf(former.program).length > 0;
    const indexOf = (uri: vscode.Uri): number => (isOpen ? former.cellUris.indexOf(uri.toString()) : indexOfCell(uri.fragment) ?? -1);
    const isOld = ({ location: { uri } }: vscode.SourceBreakpoint): boolean => withoutFragment(uri.toString()) === withoutFragment(whole);
    bring(sourceBreakpoints().filter(isOld), (uri) => there[indexOf(uri)]?.document.uri, keepsOld);
    return true;
  };
  if (now()) return;
  const look = (ended?: NotebookSession): void => {
    if (ended === session || now()) waiting.dispose();
  };
  const waiting = vscode.Disposable.from(
    vscode.workspace.onDidOpenNotebookDocument(() => look()), vscode.workspace.onDidChangeNotebookDocument(() => look()),
    sessions.onDidEnd(look),
  );
}

const CELL = 'vscode-notebook-cell';

function bring(old: readonly vscode.SourceBreakpoint[], where: (uri: vscode.Uri) => vscode.Uri | undefined, keepsOld: boolean): void {
  const brought = old.flatMap((it) => {
    const uri = where(it.location.uri);
    return uri === undefined ? [] : [{ it, uri }];
  });
  const isThere = (uri: vscode.Uri, line: number): boolean =>
    sourceBreakpoints().some(({ location }) => location.uri.toString() === uri.toString() && location.range.start.line === line);
  const fresh = brought.filter(({ it, uri }) => !isThere(uri, it.location.range.start.line)).map(({ it, uri }) => copied(it, uri));
  if (fresh.length > 0) vscode.debug.addBreakpoints(fresh);
  if (!keepsOld && brought.length > 0) vscode.debug.removeBreakpoints(brought.map(({ it }) => it));
}

/** A breakpoint like `it` in another document. */
export function copied(it: vscode.SourceBreakpoint, uri: vscode.Uri): vscode.SourceBreakpoint {
  return new vscode.SourceBreakpoint(new vscode.Location(uri, it.location.range), it.enabled, it.condition, it.hitCondition, it.logMessage);
}

function withoutFragment(uri: string): string | undefined {
  return uri.split('#', 1)[0];
}

/** Those that are at a line. */
export function sourceBreakpoints(): vscode.SourceBreakpoint[] {
  return vscode.debug.breakpoints.filter((it) => it instanceof vscode.SourceBreakpoint);
}
