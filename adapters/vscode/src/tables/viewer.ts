// One table in a panel: it asks the kernel for what the page wants, and says how old that is.
import type * as vscode from 'vscode';
import { asError } from '../errors';
import type { Parts } from '../parts';
import { copyCells } from './copy';
import { GROUP, PAGE } from './groups';
import type { FromPage, Order, Range, Remembered, Row, ToPage } from './messages';
import type { TableColumn, TablePage } from './tableProtocol';
import { Absent, Gone, TableValue, type Kept, type Shown } from './value';
import { NOT_COPIED, onlyByRefresh, summary, whyNot } from './words';

export const UNORDERED: Order = { sort: [], filters: [], firstColumn: 0 };

/** How a table is shown that comes back with its window: nobody has asked for its value just now. */
export interface Restored {
  order: Order;
  isPath: boolean | undefined;
}

/** A page, the value that it is of, and how it is ordered. */
interface Loaded {
  page: TablePage;
  kept: Kept;
  taken: Order;
}

export class Viewer {
  /** As the page has them. */
  private order = UNORDERED;
  private version = 0;
  private columns: TableColumn[] = [];
  private kept: Kept | undefined; // of which its rows are
  private wanted: Order;
  private loads = 0; // the last one counts
  private turn = Promise.resolve(); // one after the other: none may replace the value of which another reads
  private isReady = false;
  private hasTable = false;
  private isGone = false; // what is answered then is for nobody
  private readonly value: TableValue;

  constructor(parts: Parts, readonly shown: Shown, readonly panel: vscode.WebviewPanel, restored?: Restored) {
    this.value = new TableValue(parts, shown, restored === undefined, restored?.isPath);
    this.wanted = restored?.order ?? UNORDERED;
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
    const follows = this.value.isLookedUp ? `${expression} is shown when it is done.` : onlyByRefresh(expression);
    this.say(`The kernel is busy: ${this.hasTable ? 'these are the values from before.' : follows}`, true);
  }

  private async take(told: FromPage): Promise<void> {
    if (told.kind === 'ready') {
      this.isReady = true;
      await this.load(this.wanted, false);
    } else if (told.kind === 'refresh') {
      this.value.isWanted = true;
      await this.load(this.wanted, true);
    } else if (told.kind === 'order') {
      await this.load(told.order, false);
    } else if (told.kind === 'copy') {
      await this.copy(told.range);
    } else if (told.version === this.version) {
      await this.rows(told.version, told.start, told.count);
    }
  }

  private load(order: Order, isRefresh: boolean): Promise<void> {
    const load = ++this.loads;
    this.turn = this.turn.then(() => (load === this.loads ? this.loadNow(load, order, isRefresh) : undefined));
    return this.turn;
  }

  /** Ask for the table as it is now, so ordered. What the kernel refuses changes nothing. */
  private async loadNow(load: number, order: Order, isRefresh: boolean): Promise<void> {
    try {
      const loaded = await this.first(order, isRefresh);
      const { page, kept, taken } = loaded;
      const first = await this.fetch(kept, taken, 0, PAGE, page);
      if (load !== this.loads) return;
      this.took(load, loaded, isRefresh && taken === this.order, first);
      const statistics = await this.value.ask(kept, taken, { start: 0, count: 1, statistics: true });
      if (load !== this.loads) return;
      this.columns = statistics.columns;
      this.tell({ kind: 'statistics', version: load, columns: statistics.columns });
      this.say(summary({ ...page, isCut: statistics.isCut === true }, !this.value.isLookedUp));
    } catch (error) {
      if (load !== this.loads) return;
      if (this.value.isBusy) this.wanted = order;
      else this.tell({ kind: 'failed', version: this.version });
      this.sayWhyNot(error, isRefresh);
    }
  }

  /** The first page. Where nobody wants another value, it is of the one that is kept, as long as it is. */
  private async first(order: Order, isRefresh: boolean): Promise<Loaded> {
    const kept = this.value.latest;
    if (kept === undefined || this.value.isWanted) return this.anew(order, isRefresh);
    const asKept = async (): Promise<Loaded> => ({ kept, page: await this.value.ask(kept, order, { count: PAGE }), taken: order });
    if (isRefresh) {
      return this.anew(order, isRefresh).catch(async (error: unknown) => {
        const found = await asKept().catch(onGone);
        if (found === undefined) throw asError(error);
        return found;
      });
    }
    return (await asKept().catch(onGone)) ?? this.anew(order, isRefresh);
  }

  /** Of another value: it is not sorted and filtered by columns that it has no more. */
  private async anew(order: Order, isRefresh: boolean): Promise<Loaded> {
    const { page, kept } = await this.value.find({ columnCount: GROUP, count: PAGE });
    const plain = { page, kept, taken: UNORDERED };
    if (order.sort.length === 0 && order.filters.length === 0 && order.firstColumn === 0) return { ...plain, taken: order };
    const mayBeOther = isRefresh || !this.hasTable;
    const ordered = await this.value.ask(kept, order, { count: PAGE }).catch((error: unknown) => {
      if (mayBeOther && !(error instanceof Gone)) return undefined;
      throw asError(error);
    });
    if (ordered === undefined || (isRefresh && this.hasTable && !this.areColumns(ordered.columns))) return plain;
    return { page: ordered, kept, taken: order };
  }

  private took(version: number, { page, kept, taken }: Loaded, areSame: boolean, first: Row[]): void {
    const { columns, rows, totalColumns, indexName = '' } = page;
    this.version = version;
    this.order = this.wanted = taken;
    this.columns = columns;
    this.kept = kept;
    this.hasTable = true;
    const { uri, expression, frame } = this.shown;
    const remembered: Remembered = { uri: uri.toString(), expression, frame, order: taken, isPath: this.value.isLookedUp };
    this.tell({ kind: 'table', version, shape: { rows, totalColumns, columns, indexName }, order: taken, areSame, first, remembered });
    this.say(summary(page, !this.value.isLookedUp));
  }

  private async rows(version: number, start: number, count: number): Promise<void> {
    try {
      if (this.kept === undefined) return;
      const rows = await this.fetch(this.kept, this.order, start, count);
      if (version === this.version) this.tell({ kind: 'rows', version, start, rows });
    } catch (error) {
      if (version !== this.version) return;
      this.tell({ kind: 'failed', version });
      if (error instanceof Gone && !this.value.isBusy) await this.refresh();
      else this.sayWhyNot(error, error instanceof Absent);
    }
  }

  /** All parts are of one value in one order, whatever is clicked meanwhile. */
  private async copy(range: Range): Promise<void> {
    const { kept, order } = this;
    if (kept === undefined) return;
    try {
      await copyCells(range, (it) => this.value.ask(kept, order, it));
    } catch (error) {
      if (error instanceof Gone && !this.value.isBusy) this.say(NOT_COPIED, true, true);
      else this.sayWhyNot(error, false);
    }
  }

  /** Rows from `start` on, of which `page` are the first: where texts are long fewer come than are asked for. */
  private async fetch(kept: Kept, order: Order, start: number, count: number, page?: TablePage): Promise<Row[]> {
    const rows: Row[] = [];
    for (let next = page; ; next = undefined) {
      next ??= await this.value.ask(kept, order, { start: start + rows.length, count: count - rows.length });
      rows.push(...rowsOf(next));
      if (next.cells.length === 0 || rows.length >= Math.min(count, next.rows - start)) return rows;
    }
  }

  private areColumns(columns: TableColumn[]): boolean {
    return columns.length === this.columns.length && columns.every((it, at) => it.name === this.columns[at]?.name);
  }

  /** `isOld`: what is shown is of the past. */
  private sayWhyNot(error: unknown, isOld: boolean): void {
    if (this.value.isBusy) this.tellBusy();
    else this.say(whyNot(asError(error).message, isOld && this.hasTable), isOld && this.hasTable, true);
  }

  private say(text: string, isOld = false, isProblem = false): void {
    this.tell({ kind: 'status', text, isProblem, isOld });
  }

  private tell(message: ToPage): void {
    if (!this.isGone) void this.panel.webview.postMessage(message);
  }
}

/** Nothing, where a value is not kept any more. */
function onGone(error: unknown): undefined {
  if (!(error instanceof Gone)) throw asError(error);
}

function rowsOf({ index, cells, missing = [] }: TablePage): Row[] {
  return cells.map((it, at) => ({ cells: [index[at] ?? '', ...it], missing: missing[at] ?? [] }));
}
