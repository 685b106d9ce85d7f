// What the cells of a file print while no debugger is shown, and the lines that they ask for: a terminal of the file's name.
import * as vscode from 'vscode';
import { END_OF_FILE } from '../controller/inputWaiting';
import { nameOf } from '../debug/configuration';
import type { OutputBody, ProgressBody } from '../protocol';
import { DrawnText } from './terminalText';
import { TypedLine } from './typedLine';

const INTERRUPT = '\u0003';
const STILL_HERE_MS = 3000; // after a key: the user who typed it looks at the terminal

/** What runs in a terminal. */
export interface Job {
  isRunning(): boolean;
  interrupt(): void;
}

interface Question {
  line: TypedLine;
  give: (line: string) => void;
}

export class FileTerminal implements vscode.Pseudoterminal, vscode.Disposable {
  private readonly written = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.written.event;
  private readonly renamed = new vscode.EventEmitter<string>();
  readonly onDidChangeName = this.renamed.event;
  private readonly terminal: vscode.Terminal;
  private readonly text = new DrawnText();
  private waiting: string[] | undefined = []; // until it is open
  private question: Question | undefined;
  private answered = ''; // what takes the answer from the screen, before it is printed as part of the text
  private typedAhead = '';
  private hasAsked = false; // since the cells began to run
  private wasHidden = false; // when they began
  private typedAt = 0;
  /** It was closed. */
  isGone = false;

  constructor(program: string, private readonly job: Job) {
    this.terminal = vscode.window.createTerminal({ name: nameOf(program), pty: this, iconPath: new vscode.ThemeIcon('notebook') });
  }

  /** Its file is `program` now. */
  rename(program: string): void {
    this.renamed.fire(nameOf(program));
  }

  /** Bring it to the front; the text keeps the focus. */
  show(): void {
    this.wasHidden = true;
    this.terminal.show(true);
  }

  print({ category, output, data }: OutputBody): void {
    this.put(this.text.print(category, output, data?.held));
  }

  /** Draw what the cell is writing over, as it is now. */
  progress({ category, held }: ProgressBody): void {
    this.put(this.text.hold(category, held));
  }

  /** Show a line that was given. */
  echo(line: string): void {
    this.leaveLine();
    this.put(this.text.print('stdout', line));
  }

  /** Have a line typed behind what is printed, until `token` takes the question back. */
  ask(isHidden: boolean, token: vscode.CancellationToken): Promise<string> {
    this.hasAsked = true;
    this.terminal.show();
    return new Promise((give) => {
      const question = { line: new TypedLine(isHidden), give };
      token.onCancellationRequested(() => this.takeBack(question));
      this.question = question;
      this.write(question.line.begin());
      this.type(this.typedAhead);
    });
  }

  /** Nothing runs any more; who has just answered has the text in focus again. */
  rest(): void {
    const { executeCommand } = vscode.commands;
    const isInFront = vscode.window.activeTerminal === this.terminal;
    if (this.wasHidden && isInFront) void executeCommand('workbench.action.terminal.scrollToBottom'); // it comes back at its top
    const isHere = isInFront && Date.now() - this.typedAt < STILL_HERE_MS;
    if (this.hasAsked && isHere) void executeCommand('workbench.action.focusActiveEditorGroup');
    this.typedAhead = '';
    this.hasAsked = this.wasHidden = false;
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    if (size !== undefined) this.setDimensions(size);
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    if (waiting.length > 0) this.written.fire(waiting.join(''));
  }

  setDimensions({ columns }: vscode.TerminalDimensions): void {
    this.text.columns = columns;
  }

  /** As a terminal that is gone does, it gives whoever reads from it the end of the file. */
  close(): void {
    this.isGone = true;
    this.question?.give(END_OF_FILE);
  }

  handleInput(data: string): void {
    this.typedAt = Date.now();
    if (this.question !== undefined) this.type(data);
    else this.typeAhead(data);
  }

  dispose(): void {
    this.isGone = true;
    this.terminal.dispose();
    this.written.dispose();
    this.renamed.dispose();
  }

  /** Keep keys for the next question; Ctrl+C drops those before it. Both are so in any terminal. */
  private typeAhead(data: string): void {
    const interrupt = data.lastIndexOf(INTERRUPT);
    if (interrupt >= 0) {
      this.typedAhead = '';
      this.job.interrupt();
    }
    if (this.job.isRunning()) this.typedAhead += data.slice(interrupt + 1);
  }

  /** Take keys into the line that is asked for; those behind its end are for the next one. */
  private type(data: string): void {
    const { question } = this;
    if (question === undefined) return;
    const { end, rest } = question.line.take(data);
    this.typedAhead = rest;
    this.write(question.line.draw());
    if (end === undefined) return;
    if (typeof end === 'object') {
      this.leaveLine();
      question.give(end.line);
    } else if (end === 'interrupt') {
      this.closeLine('^C\n');
      this.job.interrupt();
    } else {
      this.closeLine('\n');
      question.give(END_OF_FILE);
    }
  }

  /** The cell has ended, or was interrupted, before a line was given. */
  private takeBack(question: Question): void {
    if (this.question === question) this.closeLine('\n');
    question.give(''); // which nobody waits for any more
  }

  /** The line that was typed stays on screen until it is printed. */
  private leaveLine(): void {
    if (this.question !== undefined) this.answered = this.question.line.erase();
    this.question = undefined;
  }

  /** What was typed stays as it is; `end` is behind it. */
  private closeLine(end: string): void {
    this.question = undefined;
    this.put(this.text.print('stdout', end));
  }

  /** Print, before the line that is being typed. */
  private put(text: string): void {
    if (text === '') return;
    const line = this.question?.line;
    const { answered } = this;
    this.answered = '';
    this.write(line === undefined ? answered + text : line.erase() + text + line.begin());
  }

  private write(text: string): void {
    if (this.isGone || text === '') return;
    if (this.waiting === undefined) this.written.fire(text);
    else this.waiting.push(text);
  }
}
