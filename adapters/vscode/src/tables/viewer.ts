// One table in a panel: it asks the kernel for what the page wants, and says how old that is.
import type * as vscode from 'vscode';
import { nameOf } from '../debug/configuration';
import { asError } from '../errors';
import type { Parts } from '../parts';
import type { NotebookSession } from '../session';
import { isBusy } from './changes';
import { copyCells } from './copy';
import { GROUP, PAGE } from './groups';
import type { FromPage, Order, Remembered, Row, ToPage } from './messages';
import { filterOf } from './order';
import type { TableArguments, TableColumn, TablePage } from './protocol';
import { frameOf, type FrameName } from './target';
import { summary, whyNot } from './words';

/** Which value is shown. */
export interface Shown {
  /** The notebook's. */
  uri: vscode.Uri;
  expression: string;
  /** Where it is a local name of a function. */
  frame?: FrameName | undefined;
}

export const UNORDERED: Order = { sort: [], filters: [], firstColumn: 0 };

/** What is said in place of an answer. */
class Absent extends Error {}

export class Viewer {
  /** As the page has them. */
  private order = UNORDERED;
  private version = 0;
  private columns: TableColumn[] = [];
  private loads = 0; // the last one counts
  private isReady = false;
  private hasTable = false;
  private isGone = false; // what is answered then is for nobody

  constructor(private readonly parts: Parts, readonly shown: Shown, readonly panel: vscode.WebviewPanel, private wanted = UNORDERED) {
    panel.webview.onDidReceiveMessage((it: FromPage) => void this.take(it));
    panel.onDidDispose(() => {
      this.isGone = true;
      this.loads += 1; // nothing more is asked for
    });
  }

  /** The kernel, or a stop in it, is another. */
  async refresh(): Promise<void> {
    if (this.isReady && !this.isGone) await this.load(this.wanted, true);
  }

  /** What is shown is of the past while the kernel runs. */
  tellBusy(): void {
    this.loads += 1;
    const { expression } = this.shown;
    this.say(this.hasTable ? 'The kernel is busy: these are the values from before.' : `The kernel is busy: ${expression} is shown when it is done.`, true);
  }

  private async take(told: FromPage): Promise<void> {
    if (told.kind === 'ready') {
      this.isReady = true;
      await this.load(this.wanted, false);
    } else if (told.kind === 'order') {
      await this.load(told.order, false);
    } else if (told.kind === 'copy') {
      const ask = (it: TableArguments): Promise<TablePage> => this.ask(this.order, it);
      await copyCells(told.range, this.columns, this.order.firstColumn, ask).catch((error: unknown) => this.sayWhyNot(error, false));
    } else if (told.version === this.version) {
      await this.rows(told.version, told.start, told.count);
    }
  }

  /** Ask for the table as it is now, so ordered. What the kernel refuses changes nothing. */
  private async load(order: Order, isRefresh: boolean): Promise<void> {
    const load = ++this.loads;
    try {
      const { page, taken } = await this.first(order, isRefresh);
      const first = await this.fetch(taken, 0, PAGE, page);
      if (load !== this.loads) return;
      this.took(load, page, taken, isRefresh && taken === this.order, first);
      const statistics = await this.ask(taken, { start: 0, count: 1, statistics: true });
      if (load !== this.loads) return;
      this.columns = statistics.columns;
      this.tell({ kind: 'statistics', version: load, columns: statistics.columns });
      this.say(summary({ ...page, isCut: statistics.isCut === true }));
    } catch (error) {
      if (load !== this.loads) return;
      if (this.isBusy) this.wanted = order;
      else this.tell({ kind: 'failed', version: this.version });
      this.sayWhyNot(error, isRefresh);
    }
  }

  /** The first page, and how it is ordered: another table than before is not sorted and filtered by columns that it has no more. */
  private async first(order: Order, isRefresh: boolean): Promise<{ page: TablePage; taken: Order }> {
    const isOrdered = order.sort.length > 0 || order.filters.length > 0 || order.firstColumn > 0;
    const mayBeOther = isRefresh && isOrdered && this.hasTable;
    const page = await this.ask(order, { count: PAGE }).catch((error: unknown) => {
      if (!mayBeOther || error instanceof Absent || this.isBusy) throw asError(error);
      return undefined;
    });
    if (page !== undefined && (!mayBeOther || this.areColumns(page.columns))) return { page, taken: order };
    return { page: await this.ask(UNORDERED, { count: PAGE }), taken: UNORDERED };
  }

  private took(version: number, page: TablePage, order: Order, areSame: boolean, first: Row[]): void {
    const { columns, rows, totalColumns, indexName = '' } = page;
    this.version = version;
    this.order = this.wanted = order;
    this.columns = columns;
    this.hasTable = true;
    const remembered: Remembered = { uri: this.shown.uri.toString(), expression: this.shown.expression, frame: this.shown.frame, order };
    this.tell({ kind: 'table', version, shape: { rows, totalColumns, columns, indexName }, order, areSame, first, remembered });
    this.say(summary(page));
  }

  private async rows(version: number, start: number, count: number): Promise<void> {
    try {
      const rows = await this.fetch(this.order, start, count);
      if (version === this.version) this.tell({ kind: 'rows', version, start, rows });
    } catch (error) {
      if (version !== this.version) return;
      this.tell({ kind: 'failed', version });
      this.sayWhyNot(error, error instanceof Absent);
    }
  }

  /** Rows from `start` on, of which `page` are the first: where texts are long fewer come than are asked for. */
  private async fetch(order: Order, start: number, count: number, page?: TablePage): Promise<Row[]> {
    const rows: Row[] = [];
    for (let next = page; ; next = undefined) {
      next ??= await this.ask(order, { start: start + rows.length, count: count - rows.length });
      rows.push(...rowsOf(next));
      if (next.cells.length === 0 || rows.length >= Math.min(count, next.rows - start)) return rows;
    }
  }

  private async ask({ sort, filters, firstColumn }: Order, args: TableArguments): Promise<TablePage> {
    const { uri, expression, frame } = this.shown;
    const session = this.session;
    if (session === undefined) throw new Absent(`${nameOf(uri.path)} has no kernel now: run the cell that makes ${expression}.`);
    const frameId = frame === undefined ? undefined : await frameOf(session, frame);
    if (frame !== undefined && frameId === undefined) throw new Absent(`${expression} is a name in ${frame.name}, where no thread is stopped now.`);
    return session.request('notebookTable', {
      expression, firstColumn, columnCount: GROUP, sort,
      filters: filters.map(({ position, text, kind }) => filterOf(position, text, kind)).filter((it) => it !== undefined),
      ...(frameId === undefined ? {} : { frameId }), ...args,
    });
  }

  private areColumns(columns: TableColumn[]): boolean {
    return columns.length === this.columns.length && columns.every((it, at) => it.name === this.columns[at]?.name);
  }

  private get session(): NotebookSession | undefined {
    const session = this.parts.sessions.of(this.shown.uri);
    return session?.isLaunched === true ? session : undefined;
  }

  private get isBusy(): boolean {
    return isBusy(this.session?.kernel);
  }

  /** `isOld`: what is shown is of the past. */
  private sayWhyNot(error: unknown, isOld: boolean): void {
    if (this.isBusy) this.tellBusy();
    else this.say(whyNot(asError(error).message, isOld && this.hasTable), isOld && this.hasTable, true);
  }

  private say(text: string, isOld = false, isProblem = false): void {
    this.tell({ kind: 'status', text, isProblem, isOld });
  }

  private tell(message: ToPage): void {
    if (!this.isGone) void this.panel.webview.postMessage(message);
  }
}

function rowsOf({ index, cells, missing = [] }: TablePage): Row[] {
  return cells.map((it, at) => ({ cells: [index[at] ?? '', ...it], missing: missing[at] ?? [] }));
}
