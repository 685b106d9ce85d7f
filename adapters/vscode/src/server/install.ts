// What the bundle has not for a Python: installed into an environment of the extension's own, never into the user's.
import { rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import { inEnvironment } from './environments';
import { asked } from './machine';
import type { Verdict } from './verdict';

const INSTALL_MS = 15 * 60_000; // it may have to be compiled

/** Install what `requirements` name for an interpreter. Return whether it is there: it can be called off. Rejects if it fails. */
export async function install({ interpreter, version = '', missing }: Verdict, requirements: string): Promise<boolean> {
  if (missing === undefined) return false;
  const options = { location: vscode.ProgressLocation.Notification, title: `Installing what the debugger needs on Python ${version}`, cancellable: true };
  return vscode.window.withProgress(options, async (_, token) => {
    const calledOff = new AbortController();
    token.onCancellationRequested(() => calledOff.abort());
    const problem = await into(missing, interpreter, requirements, calledOff.signal);
    if (problem === undefined) return true;
    await rm(missing, { recursive: true, force: true });
    if (calledOff.signal.aborted) return false;
    throw new Error(problem);
  });
}

/** The folder is the extension's own: what is left there of an attempt goes. */
async function into(folder: string, interpreter: string, requirements: string, signal: AbortSignal): Promise<string | undefined> {
  const options = { timeout: INSTALL_MS, signal };
  const made = await asked(interpreter, ['-I', '-m', 'venv', '--clear', folder], options);
  if (made.problem !== undefined) return `${interpreter} cannot make an environment: ${(made.printed.trim() || made.problem).split(/\s+/).join(' ').slice(0, 400)}`;
  const [python = ''] = inEnvironment(folder);
  const words = ['-I', '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '-r', requirements];
  const { problem } = await asked(python, words, options);
  return problem === undefined ? undefined : `msgspec could not be installed for ${interpreter}: ${lastLines(problem)}`;
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ').slice(-400);
}
