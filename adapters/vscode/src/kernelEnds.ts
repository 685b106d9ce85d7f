// The one place that asks before a kernel ends in which something has run: what it has computed is lost with it.
import * as vscode from 'vscode';
import { nameOf } from './debug/configuration';
import type { NotebookSession } from './session';

const SETTING = 'askBeforeKernelEnds';
const CLOSING = 'whenNotebookCloses'; // "ask", "end" or "keep": the kernel of a notebook that is closed can go on

export interface Question {
  text: string;
  /** The button that has the kernels end. */
  end: string;
  /** The button that does something else, if there is that. */
  instead?: string;
  /** The button that has the kernels go on although their notebook is closed: that has a setting of its own. */
  keep?: string;
}

/** Whether the kernels of `sessions` may end. */
export async function mayEnd(sessions: readonly NotebookSession[], question: Question): Promise<boolean> {
  return (await askedToEnd(sessions, question)) === question.end;
}

/** The button that was pressed, undefined for none; `end` at once where nothing is lost; where nobody wants to be asked what loses least. */
export async function askedToEnd(sessions: readonly NotebookSession[], question: Question): Promise<string | undefined> {
  const { text, end, instead, keep } = question;
  const losing = sessions.filter((it) => it.hasRun);
  const settings = vscode.workspace.getConfiguration('dap-kernel');
  if (losing.length === 0) return end;
  const wanted = unasked(settings, question);
  if (wanted !== undefined) return wanted;
  const least = instead ?? end;
  const never = `${least}, and Don't Ask Again`;
  const items: vscode.MessageItem[] = [...(instead === undefined ? [] : [instead]), end, never].map((title) => ({ title }));
  if (keep !== undefined) items.push({ title: keep, isCloseAffordance: true });
  const answer = await vscode.window.showWarningMessage(text, { modal: true, detail: detailOf(losing, question) }, ...items);
  if (answer?.title !== never) return answer?.title;
  await (keep === undefined ? settings.update(SETTING, false, vscode.ConfigurationTarget.Global) : settings.update(CLOSING, 'end', vscode.ConfigurationTarget.Global));
  return least;
}

/** What is done without a question, where the setting for this one says so. */
function unasked(settings: vscode.WorkspaceConfiguration, { end, instead, keep }: Question): string | undefined {
  if (keep === undefined) return settings.get<boolean>(SETTING, true) ? undefined : instead ?? end;
  const wanted = settings.get<string>(CLOSING, 'ask');
  return wanted === 'end' ? end : wanted === 'keep' ? keep : undefined;
}

/** The names of the sessions' documents, as a sentence has them. */
export function namesOf(sessions: readonly NotebookSession[]): string {
  const names = sessions.map((it) => nameOf(it.program));
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function detailOf(losing: readonly NotebookSession[], { keep }: Question): string {
  const lost = losing.length === 1 ? 'The variables of that kernel are lost when it ends' : 'The variables of these kernels are lost when they end';
  const running = losing.filter((it) => it.kernel === 'busy' || it.kernel === 'stopped');
  const whole = running.length === 0 ? `${lost}.` : `${lost}, and so is what runs in ${namesOf(running)} now.`;
  const never = keep === undefined ? `is for every kernel; the setting "dap-kernel.${SETTING}" has you asked again`
    : `is for every notebook that is closed; the setting "dap-kernel.${CLOSING}" has you asked again, or keeps kernels`;
  return `${whole} "Don't Ask Again" ${never}.`;
}
