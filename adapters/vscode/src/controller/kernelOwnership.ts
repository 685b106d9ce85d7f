// Whose a notebook's kernel is: a notebook has one, which a debugger takes over and gives back, or ends.
import * as vscode from 'vscode';
import { isUntitled, nameOf, type Configuration } from '../debug/configuration';
import { documentsOf } from '../debug/program';
import { replacedBy } from '../debug/replaced';
import { start } from '../debug/start';
import { mayEnd, namesOf } from '../kernelEnds';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { shutDown, stopWaiting } from '../shutDown';
import { isInTab } from './moves';

const MOVED_MS = 1000;

/**
 * Keep the rules; `letGo` is called with a session that is ended by them: its cells may run in another one at once.
 * `lost` is called with the program whose kernel goes on without a session and gets none.
 */
export function registerKernelOwnership(
  parts: Parts, letGo: (session: NotebookSession) => void, lost: (program: string) => void,
): vscode.Disposable {
  const ownership = new KernelOwnership(parts, letGo, lost);
  return vscode.Disposable.from(
    parts.sessions.onDidInitialize((it) => resumeUnseen(parts, it)),
    parts.sessions.onDidLaunch((it) => ownership.launched(it)),
    parts.sessions.onDidEnd((it) => ownership.ended(it)),
    vscode.window.tabGroups.onDidChangeTabs(({ closed, opened }) => {
      if (opened.length > 0) ownership.opened();
      if (closed.length > 0) ownership.endClosed();
    }),
    ownership,
  );
}

/** Whether cells can be debugged in a session; else its kernel must be taken over by one in which they can. */
export function canDebug(session: NotebookSession): boolean {
  return !session.isQuiet && session.debug.configuration.noDebug !== true;
}

/** End a session in which nothing stops; return one with a debugger that has taken its kernel over. */
export async function takeOver(parts: Parts, session: NotebookSession, notebook: { uri: vscode.Uri }): Promise<NotebookSession> {
  const { console = 'internalConsole', orphanTimeout, whenDone } = session.debug.configuration as Configuration;
  if (console !== 'internalConsole' || orphanTimeout === 0 || whenDone === 'end') {
    throw new Error(`${nameOf(session.program)} runs without a debugger, in a kernel that ends with it: end it first (Shift+F5).`);
  }
  if (session.isElsewhere) {
    throw new Error(`${nameOf(session.program)} runs without a debugger, on a server that you have started: end it first (Shift+F5), and debug it there.`);
  }
  const kernelId = await kernelOf(parts, session); // another kernel of the notebook may be waiting
  session.isTakenOver = true;
  await session.debug.customRequest('disconnect', { terminateDebuggee: false });
  await parts.sessions.until(session, () => false);
  return start(parts, notebook.uri, { looksRunning: true, kernelId });
}

/** The id of a session's kernel, which is started if nothing has needed it yet. */
async function kernelOf(parts: Parts, session: NotebookSession): Promise<string> {
  if (session.kernelId === undefined) await session.debug.customRequest('evaluate', { expression: 'None', context: 'repl' });
  await parts.sessions.until(session, () => session.kernelId !== undefined);
  if (session.kernelId === undefined) throw new Error(`the kernel of ${nameOf(session.program)} has ended`);
  return session.kernelId;
}

class KernelOwnership implements vscode.Disposable {
  private closing: NodeJS.Timeout | undefined;
  /** Sessions in no tab of which the user was asked whether their kernel is to end. */
  private readonly asked = new Set<NotebookSession>();

  constructor(
    private readonly parts: Parts, private readonly letGo: (session: NotebookSession) => void,
    private readonly lost: (program: string) => void,
  ) {}

  dispose(): void {
    clearTimeout(this.closing);
  }

  /** What is debugged runs anew, in a kernel of its own: an older one would only be confused with it. */
  launched(session: NotebookSession): void {
    const others = this.parts.sessions.all.filter((it) => it !== session);
    if (session.isQuiet) {
      if (replacedBy(session.program, true, others).some((it) => !it.isQuiet)) void this.end(session);
      this.endClosed(); // it may have been closed meanwhile
    } else {
      const hasOne = session.isOfNotebook; // a script may run twice at once
      for (const it of replacedBy(session.program, hasOne, others)) void this.end(it);
    }
  }

  /** A kernel that a session with a debugger has taken over goes on without one. */
  ended(session: NotebookSession): void {
    const { kernelId, program } = session;
    this.asked.delete(session);
    if (!session.isLeft || kernelId === undefined) return;
    const [document = uriOf(program)] = documentsOf(program);
    const isScript = !session.isOfNotebook && session.debug.configuration.request === 'launch';
    if (isScript || session.isElsewhere) {
      this.lost(program); // its kernel ends with it, or waits where it is
      return;
    }
    const isWanted = document !== undefined && this.parts.sessions.of(document) === undefined;
    const done = isWanted ? start(this.parts, document, { quiet: true, kernelId }) : stopWaiting(this.parts, program, kernelId);
    done.catch((error: unknown) => this.parts.log.error(`${program}: ${String(error)}`)).finally(() => this.lost(program));
  }

  /** A notebook that is in no tab may need its hidden kernel no more: nobody can reach it. */
  endClosed(): void {
    clearTimeout(this.closing);
    this.closing = setTimeout(() => void this.askClosed(), MOVED_MS); // a tab that is moved is closed and opened
  }

  /** What is in a tab again is asked about when it is closed the next time. */
  opened(): void {
    for (const it of this.asked) if (isInTab(it)) this.asked.delete(it);
  }

  private async askClosed(): Promise<void> {
    const closed = this.parts.sessions.all.filter((it) => it.isQuiet && it.isLaunched && !it.isEnding && !isInTab(it));
    const fresh = closed.filter((it) => !this.asked.has(it));
    for (const it of fresh) {
      if (isWorthAsking(it)) this.asked.add(it);
      else void this.end(it);
    }
    const losing = fresh.filter(isWorthAsking);
    const [verb, what] = losing.length === 1 ? ['is', 'its kernel'] : ['are', 'their kernels'];
    await this.endAsked(losing, `${namesOf(losing)} ${verb} closed. End ${what}?`);
  }

  /** End the kernels of these sessions if the user agrees, but of one that is in a tab by then. */
  private async endAsked(sessions: NotebookSession[], text: string): Promise<void> {
    if (sessions.length === 0) return;
    const noun = sessions.length === 1 ? 'Kernel' : 'Kernels';
    if (!(await mayEnd(sessions, { text, end: `End ${noun}`, keep: `Keep ${noun}` }))) return;
    for (const it of sessions) if (!it.isEnding && !isInTab(it)) void this.end(it);
  }

  private async end(session: NotebookSession): Promise<void> {
    this.letGo(session);
    await shutDown(this.parts, session);
  }
}

/** Have what stops in a hidden session go on: nobody would see the stop. At the idle one nothing waits. */
function resumeUnseen({ log }: Parts, session: NotebookSession): void {
  if (!session.isQuiet) return;
  session.on('stopped', ({ reason, threadId = 1 }) => {
    if (reason === 'idle') return;
    Promise.resolve(session.debug.customRequest('continue', { threadId }))
      .catch((error: unknown) => log.error(`${session.program}: ${String(error)}`));
  });
}

/** Whether something is lost with a kernel; what was never saved is thrown away with its document, and nobody could reach it. */
function isWorthAsking({ hasRun, program }: NotebookSession): boolean {
  return hasRun && !isUntitled(program);
}

/** The URI of a document that is open no more; undefined: it was never saved, and is gone. */
function uriOf(program: string): vscode.Uri | undefined {
  return isUntitled(program) ? undefined : vscode.Uri.file(program);
}
