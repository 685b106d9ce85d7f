// The one place that asks before a kernel ends in which something has run: what it has computed is lost with it.
import * as vscode from 'vscode';
import { nameOf } from './debug/configuration';
import type { NotebookSession } from './session';

const SETTING = 'askBeforeKernelEnds';

export interface Question {
  text: string;
  /** The button that has the kernels end. */
  end: string;
  /** The button that does something else, if there is that. */
  instead?: string;
  /** What the button is called that does nothing, where "Cancel" would not be understood. */
  keep?: string;
}

/** Whether the kernels of `sessions` may end. */
export async function mayEnd(sessions: readonly NotebookSession[], question: Question): Promise<boolean> {
  return (await askedToEnd(sessions, question)) === question.end;
}

/** The button that was pressed, undefined for none; `end` at once where nothing is lost; where nobody wants to be asked what loses least. */
export async function askedToEnd(sessions: readonly NotebookSession[], { text, end, instead, keep }: Question): Promise<string | undefined> {
  const losing = sessions.filter((it) => it.hasRun);
  const settings = vscode.workspace.getConfiguration('dap-kernel');
  if (losing.length === 0) return end;
  const least = instead ?? end;
  if (!settings.get<boolean>(SETTING, true)) return least;
  const never = `${least}, and Don't Ask Again`;
  const items: vscode.MessageItem[] = [...(instead === undefined ? [] : [instead]), end, never].map((title) => ({ title }));
  if (keep !== undefined) items.push({ title: keep, isCloseAffordance: true });
  const answer = await vscode.window.showWarningMessage(text, { modal: true, detail: detailOf(losing) }, ...items);
  if (answer?.title !== never) return answer?.title;
  await settings.update(SETTING, false, vscode.ConfigurationTarget.Global);
  return least;
}

/** The names of the sessions' documents, as a sentence has them. */
export function namesOf(sessions: readonly NotebookSession[]): string {
  const names = sessions.map((it) => nameOf(it.program));
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function detailOf(losing: readonly NotebookSession[]): string {
  const lost = losing.length === 1 ? 'The variables of that kernel are lost when it ends' : 'The variables of these kernels are lost when they end';
  const running = losing.filter((it) => it.kernel === 'busy' || it.kernel === 'stopped');
  const whole = running.length === 0 ? `${lost}.` : `${lost}, and so is what runs in ${namesOf(running)} now.`;
  return `${whole} "Don't Ask Again" is for every kernel; the setting "dap-kernel.${SETTING}" has you asked again.`;
}
