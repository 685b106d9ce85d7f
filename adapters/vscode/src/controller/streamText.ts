// The text of one output of a stream: what is done, and behind it what is still being written over. Pure.

const LONG = 2 ** 15; // characters: a text that is longer is not given anew with each change

export class StreamText {
  /** What is being written over, as it is now. */
  held = '';
  /** Nothing is written over any more. */
  isOver = false;
  /** What is on the screen is `shown`. */
  isDrawn = true;

  private text: string;
  private length: number;

  constructor(text: string) {
    this.text = text;
    this.length = text.length;
  }

  /** Whether all of it is kept, and may be given anew. */
  get isShort(): boolean {
    return this.length <= LONG;
  }

  /** What is not written over any more. */
  get done(): string {
    return this.text;
  }

  get shown(): string {
    return this.text + this.held;
  }

  /** Note what was added on the screen; of what is too long to be given anew nothing is kept. */
  add(text: string): void {
    this.length += text.length;
    this.text = this.isShort ? this.text + text : '';
  }

  /** Add what is done, in the place of what was held, and hold more. */
  hold(text: string, held: string): void {
    this.isDrawn &&= text === '' && held === this.held;
    this.text += text;
    this.length += text.length;
    this.held = held;
    this.isOver = held === '';
  }
}
