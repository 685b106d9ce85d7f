// What the cells of a file print while no debugger is shown: in a terminal of the file's name, with its colours.
import * as vscode from 'vscode';
import { nameOf } from '../debug/configuration';
import type { OutputBody, ProgressBody } from '../protocol';
import { DrawnText } from './terminalText';

const INTERRUPT = '\u0003';

export class FileTerminal implements vscode.Pseudoterminal, vscode.Disposable {
  private readonly written = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.written.event;
  private readonly terminal: vscode.Terminal;
  private readonly text = new DrawnText();
  private waiting: string[] | undefined = []; // until it is open
  /** It was closed. */
  isGone = false;

  constructor(program: string, private readonly interrupt: () => void) {
    this.terminal = vscode.window.createTerminal({ name: nameOf(program), pty: this, iconPath: new vscode.ThemeIcon('notebook') });
  }

  /** Bring it to the front; the text keeps the focus. */
  show(): void {
    this.terminal.show(true);
  }

  print({ category, output, data }: OutputBody): void {
    this.put(this.text.print(category, output, data?.held));
  }

  /** Draw what the cell is writing over, as it is now. */
  progress({ category, held }: ProgressBody): void {
    this.put(this.text.hold(category, held));
  }

  /** Show a line that was typed elsewhere. */
  echo(line: string): void {
    this.put(this.text.print('stdout', line));
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

  close(): void {
    this.isGone = true;
  }

  handleInput(data: string): void {
    if (data === INTERRUPT) this.interrupt();
  }

  dispose(): void {
    this.isGone = true;
    this.terminal.dispose();
    this.written.dispose();
  }

  private put(text: string): void {
    if (this.isGone || text === '') return;
    if (this.waiting === undefined) this.written.fire(text);
    else this.waiting.push(text);
  }
}
