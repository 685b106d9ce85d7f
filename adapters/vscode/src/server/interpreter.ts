// How the server is started: the extension's own, on a Python that can run it; where there is none, what can be done.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { asError } from '../errors';
import { chosenFor, thisMachine } from './chosen';
import { bundled, firstThatWorks, installed, onChosen, probeArguments, withCommand, type Bundle, type Candidate, type Chosen } from './discovery';
import { install } from './install';
import { asked, interpreterAt, interpreters, stampOf } from './machine';
import { pickInterpreter } from './pick';
import { isWindows, tellOfWindows } from './windows';
import { isFit, offerInstead, offerOf, verdictOf, type Offer, type Verdict } from './verdict';

const NO_BUNDLE = 'This build of the extension carries no debugger.';
const HOW_TO_BUNDLE = '"make vsix" builds one that does. Or install the Python package dap-kernel, and pick the interpreter that has it.';

export class Servers {
  private readonly fit = new Map<string, string>(); // by a command line that can run the server: the program's stamp
  private readonly bundle: Bundle | undefined;
  private onMachine: Candidate | undefined; // where nothing is chosen
  private question: { offer: Offer; answer: Promise<boolean> } | undefined; // that the user has not answered yet
  private mended = 0; // how often the user has done something about what was wrong

  constructor(private readonly log: vscode.LogOutputChannel, private readonly context: vscode.ExtensionContext) {
    const run = context.asAbsolutePath(join('server', 'run.py'));
    if (existsSync(run)) this.bundle = { run, own: context.globalStorageUri.fsPath };
  }

  /** How to start the server for `resource`; undefined: nobody can run it. */
  async find(resource: vscode.Uri | undefined): Promise<Candidate | undefined> {
    return isWindows() ? undefined : this.look(resource, []);
  }

  /**
   * The same; where nobody can run it the user is asked what to do, and once that is done it is here. So it is where
   * the notebook `runsOnChosen` and what is chosen cannot run it.
   */
  async findOrOffer(resource: vscode.Uri | undefined, runsOnChosen: boolean): Promise<Candidate | undefined> {
    if (isWindows()) {
      tellOfWindows();
      return undefined;
    }
    for (;;) {
      const verdicts: Verdict[] = [];
      const { mended } = this;
      const found = await this.look(resource, verdicts);
      const instead = runsOnChosen ? await this.instead(resource, verdicts) : undefined;
      if (found !== undefined && instead === undefined) return found;
      if (mended !== this.mended) continue; // while it was looked for
      const offer = instead ?? offerOf(verdicts);
      const open = this.question;
      if (open !== undefined && !isSame(open.offer, offer)) {
        await open.answer; // which may have mended this, too
        continue;
      }
      // Who asks meanwhile shares the answer.
      this.question = open ?? { offer, answer: this.answered(offer) };
      if (!(await this.question.answer)) return undefined; // who asks has been told
    }
  }

  /** The interpreter that the user has chosen for `resource`; undefined: the server finds one. */
  async chosen(resource: vscode.Uri | undefined): Promise<string | undefined> {
    const { setting, selected } = await chosenFor(resource);
    return setting ?? selected;
  }

  /** `verdicts`: gets what is told of the interpreters that do not run the extension's own. */
  private async look(resource: vscode.Uri | undefined, verdicts: Verdict[]): Promise<Candidate | undefined> {
    const chosen = await chosenFor(resource);
    const first = (candidates: Candidate[]): Promise<Candidate | undefined> => firstThatWorks(candidates, (it) => this.canRun(it, verdicts));
    const found = await first(await this.onChosen(chosen)) ?? await this.ofMachine(first) ?? await first(installed(chosen));
    this.log.info(found ? `server: ${found.command} ${found.args.join(' ')} (${found.from})` : 'server: not found');
    return found;
  }

  private async onChosen(chosen: Chosen): Promise<Candidate[]> {
    if (this.bundle === undefined) return [];
    return onChosen(this.bundle, await this.atChosen(chosen));
  }

  private async atChosen({ setting, selected }: Chosen): Promise<Chosen> {
    const at = async (path: string | undefined): Promise<string | undefined> => path && interpreterAt(path);
    return { setting: await at(setting), selected: await at(selected) };
  }

  private async ofMachine(first: (it: Candidate[]) => Promise<Candidate | undefined>): Promise<Candidate | undefined> {
    const { bundle, onMachine } = this;
    if (bundle === undefined) return undefined;
    if (onMachine !== undefined && (await first([onMachine])) !== undefined) return onMachine;
    const found = (await interpreters(thisMachine())).filter((it) => it.doubt === undefined);
    return (this.onMachine = await first(found.map(({ path, origin }) => bundled(bundle, path, origin.toLowerCase()))));
  }

  private async canRun(candidate: Candidate, verdicts: Verdict[]): Promise<boolean> {
    const line = [candidate.command, ...candidate.args].join('\0');
    const stamp = await stampOf(candidate.command);
    if (stamp !== undefined && this.fit.get(line) === stamp) return true;
    const { printed, problem } = await asked(candidate.command, probeArguments(candidate));
    if (candidate.isBundled) {
      const verdict = verdictOf(candidate.command, printed, problem);
      if (!isFit(verdict)) {
        verdicts.push(verdict);
        this.log.debug(`${candidate.command} ${verdict.unfit ?? 'has no msgspec'}`);
        return false;
      }
    } else if (problem !== undefined) {
      this.log.debug(`${candidate.command}: ${problem}`);
      return false;
    }
    if (stamp !== undefined) this.fit.set(line, stamp);
    return true;
  }

  /** What is offered in place of a chosen interpreter on which no notebook can run. */
  private async instead(resource: vscode.Uri | undefined, verdicts: Verdict[]): Promise<Offer | undefined> {
    const { setting, selected } = await this.atChosen(await chosenFor(resource));
    const verdict = verdicts.find((it) => it.interpreter === (setting ?? selected));
    return verdict?.unfit === undefined ? undefined : offerInstead(verdict, setting !== undefined);
  }

  private async answered(offer: Offer): Promise<boolean> {
    try {
      const isMended = await this.offer(offer);
      if (isMended) this.mended += 1;
      return isMended;
    } finally {
      this.question = undefined;
    }
  }

  /** Say what is wrong, and do what the user wants. Return whether to look again. */
  private async offer(offer: Offer): Promise<boolean> {
    const isBuilt = this.bundle !== undefined;
    const { text, detail, actions, install: wanted } = isBuilt ? offer : { ...offer, text: NO_BUNDLE, detail: HOW_TO_BUNDLE };
    const answer = await vscode.window.showErrorMessage(text, { modal: true, detail }, ...actions);
    if (answer === 'Pick an Interpreter') return pickInterpreter();
    if (answer !== 'Install' || wanted === undefined) return false;
    try {
      return await install(wanted, this.context.asAbsolutePath(join('server', 'msgspec.txt')));
    } catch (error) {
      this.log.error(asError(error));
      void vscode.window.showErrorMessage(`dap-kernel: ${asError(error).message}`);
      return false;
    }
  }
}

function isSame(a: Offer, b: Offer): boolean {
  return a.text === b.text && a.detail === b.detail;
}

/** Run a command of the server, as `kernels`; return what it prints. Rejects if it fails. */
export async function ask(server: Candidate, ...words: string[]): Promise<string> {
  const { printed, problem } = await asked(server.command, withCommand(server, ...words));
  if (problem !== undefined) throw new Error(problem);
  return printed;
}
