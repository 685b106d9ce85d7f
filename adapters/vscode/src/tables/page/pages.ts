// Rows of a table that is too large to be held: pages of it, asked for as they come into view. Pure.

import { PAGE } from '../groups';

const KEPT = 200; // pages

export interface Span {
  start: number;
  count: number;
}

/**
 * `ask` sends for rows; it is called once at a time, so that a slow kernel is not asked for what has been scrolled away
 * meanwhile. What was there before a table changed is shown until its new rows have come.
 */
export class Pages<Row> {
  private fresh = new Map<number, Row[]>(); // by the page's number, the longest unused first
  private old = new Map<number, Row[]>();
  private view: Span = { start: 0, count: 0 };
  private isWaiting = false;

  constructor(private readonly ask: (rows: Span) => void) {}

  get(row: number): Row | undefined {
    const page = Math.floor(row / PAGE);
    return (this.fresh.get(page) ?? this.old.get(page))?.[row % PAGE];
  }

  /** These rows are in view, of `length` in all. */
  look(view: Span, length: number): void {
    const start = Math.min(Math.max(view.start, 0), length);
    this.view = { start, count: Math.max(Math.min(view.count, length - start), 0) };
    this.next();
  }

  /** Rows have come, whole pages but for the last one of the table. */
  take(start: number, rows: Row[]): void {
    this.isWaiting = false;
    for (let at = 0; at < rows.length; at += PAGE) this.keep((start + at) / PAGE, rows.slice(at, at + PAGE));
    this.next();
  }

  /** What was asked for cannot be had now; it is asked for again when there is a look at it. */
  failed(): void {
    this.isWaiting = false;
  }

  /** The table is another: `areSame` says that its rows are likely to be where they were. */
  changed(areSame: boolean): void {
    if (!areSame) this.old = new Map();
    else if (this.fresh.size > 0) this.old = this.fresh;
    this.fresh = new Map();
    this.view = { start: 0, count: 0 }; // it may be shorter
    this.isWaiting = false;
  }

  private next(): void {
    if (this.isWaiting) return;
    const missing = this.missing();
    if (missing === undefined) return;
    this.isWaiting = true;
    this.ask(missing);
  }

  /** The first run of pages in view that are not there. */
  private missing(): Span | undefined {
    const { start, count } = this.view;
    if (count === 0) return undefined;
    const last = Math.floor((start + count - 1) / PAGE);
    let first = Math.floor(start / PAGE);
    while (first <= last && this.fresh.has(first)) first += 1;
    if (first > last) return undefined;
    let end = first;
    while (end <= last && !this.fresh.has(end)) end += 1;
    return { start: first * PAGE, count: (end - first) * PAGE };
  }

  private keep(page: number, rows: Row[]): void {
    this.fresh.delete(page);
    this.fresh.set(page, rows);
    this.old.delete(page);
    const [oldest] = this.fresh.keys();
    if (this.fresh.size > KEPT && oldest !== undefined) this.fresh.delete(oldest);
  }
}
