// The grid of a table: SlickGrid over pages of rows. It knows nothing of where they come from.
import {
  SlickCellRangeSelector, SlickCellSelectionModel, SlickGrid, type Column as GridColumn, type FormatterResultWithText,
} from 'slickgrid';
import type { Order, Range, Row, Shape } from '../messages';
import { turned } from '../order';
import type { TableColumn } from '../tableProtocol';
import { Head, widthOf } from './columns';
import { Pages, type Span } from './pages';

const SELECTION = { border: '1px solid var(--vscode-focusBorder)' } as CSSStyleDeclaration;
const AHEAD = 20; // rows
const LABEL: TableColumn = { name: '', type: '', kind: 'other' };
const LOADING: Row = { cells: [], missing: [] };
const EMPTY: Order = { sort: [], filters: [], firstColumn: 0 };

export interface Listener {
  wanted: (rows: Span) => void;
  ordered: (order: Order) => void;
}

export class TableGrid {
  private shape: Shape = { rows: 0, totalColumns: 0, columns: [], indexName: '' };
  private order = EMPTY;
  private wanted = EMPTY; // of what was clicked and typed since
  private heads: Head[] = []; // the label's first
  private hasWidths = false;
  private readonly pages: Pages<Row>;
  private readonly grid: SlickGrid<Row>;
  private readonly selection = new SlickCellSelectionModel({
    selectActiveCell: true, cellRangeSelector: new SlickCellRangeSelector({ selectionCss: SELECTION }),
  });

  constructor(element: HTMLElement, nonce: string, private readonly listener: Listener) {
    this.pages = new Pages<Row>((it) => listener.wanted(it));
    const data = { getLength: () => this.shape.rows, getItem: (row: number) => this.pages.get(row) ?? LOADING, getItemMetadata: () => null };
    this.grid = new SlickGrid<Row>(element, data, [], {
      nonce, enableHtmlRendering: false, enableColumnReorder: false, frozenColumn: 0, rowHeight: 22,
      showHeaderRow: true, headerRowHeight: 26, explicitInitialization: true,
      invalidColumnFreezeWidthCallback: () => undefined, // in a narrow window nothing is frozen
    });
    // Not as the grid's own model: the grid keeps an object for each row that is selected, and there may be millions.
    this.grid.registerPlugin(this.selection);
    this.selection.onSelectedRangesChanged.subscribe(() => this.grid.invalidate());
    this.grid.onViewportChanged.subscribe(() => this.look());
    this.grid.onHeaderClick.subscribe((event, { column }) => this.sortBy(Number(column.id), event.shiftKey === true));
    this.grid.onHeaderRowCellRendered.subscribe((_event, { node, column }) => this.drawFilter(node, Number(column.id)));
    this.grid.init();
    new ResizeObserver(() => {
      this.grid.resizeCanvas();
      this.look();
    }).observe(element);
  }

  /** Show another table, or what the same one is now; `first` are its first rows. */
  show(shape: Shape, order: Order, areSame: boolean, first: Row[]): void {
    const names = (it: Shape): string => JSON.stringify(it.columns.map(({ name, type }) => [name, type]));
    const areNew = names(shape) !== names(this.shape) || order.firstColumn !== this.order.firstColumn || shape.indexName !== this.shape.indexName;
    const areOthers = JSON.stringify(order.filters) !== JSON.stringify(this.order.filters); // the rows that are told of
    this.order = this.wanted = order;
    this.shape = areNew || areOthers ? shape : { ...shape, columns: shape.columns.map((it, at) => ({ ...this.shape.columns[at], ...it })) };
    this.hasWidths &&= !areNew;
    this.pages.changed(areSame && !areNew);
    if (areNew) this.drawColumns();
    this.drawHeads();
    this.grid.updateRowCount();
    if (!areSame) {
      this.selection.setSelectedRanges([]);
      this.grid.scrollRowToTop(0);
    }
    this.take(0, first);
    this.look();
  }

  /** What is known of the columns' values has come. */
  showStatistics(columns: TableColumn[]): void {
    this.shape = { ...this.shape, columns };
    this.drawHeads();
  }

  take(start: number, rows: Row[]): void {
    this.pages.take(start, rows);
    if (!this.hasWidths && rows.length > 0) {
      this.hasWidths = true;
      this.drawColumns(rows.slice(0, 50));
    }
    this.grid.invalidate();
  }

  /** Neither rows nor another order can be had now. */
  failed(): void {
    this.pages.failed();
    this.wanted = this.order;
  }

  /** The cells that are selected; where none or all are, all, also of the columns that are not shown. */
  get selected(): Range {
    const { firstColumn } = this.order;
    const last = this.shape.columns.length;
    const selected = this.selection.getSelectedRanges().at(-1);
    const lastRow = this.shape.rows - 1;
    const { fromRow, toRow, fromCell, toCell } = selected ?? { fromRow: 0, toRow: lastRow, fromCell: 0, toCell: last };
    const isAll = fromRow === 0 && toRow >= lastRow && fromCell === 0 && toCell >= last;
    if (isAll) return { fromRow: 0, toRow: lastRow, fromColumn: -1, toColumn: this.shape.totalColumns - 1 };
    const columnOf = (cell: number): number => cell === 0 ? -1 : firstColumn + Math.min(cell, last) - 1;
    return { fromRow, toRow: Math.min(toRow, this.shape.rows - 1), fromColumn: columnOf(fromCell), toColumn: columnOf(toCell) };
  }

  /** Ask for what is in view and not there. */
  private look(): void {
    const { top, bottom } = this.grid.getViewport();
    this.pages.look({ start: top - AHEAD, count: bottom - top + 2 * AHEAD }, this.shape.rows);
  }

  private sortBy(cell: number, isAdded: boolean): void {
    if (cell === 0) return;
    this.ask({ ...this.wanted, sort: turned(this.wanted.sort, this.order.firstColumn + cell - 1, isAdded) });
  }

  private filterBy(position: number, text: string): void {
    const others = this.wanted.filters.filter((it) => it.position !== position);
    const kind = this.shape.columns[position - this.order.firstColumn]?.kind ?? 'other';
    const filters = text.trim() === '' ? others : [...others, { position, text, kind }];
    this.ask({ ...this.wanted, filters });
  }

  private ask(order: Order): void {
    this.wanted = order;
    this.listener.ordered(order);
  }

  /** What narrows the rows is typed under a column's head. */
  private drawFilter(node: HTMLElement, cell: number): void {
    node.replaceChildren();
    if (cell === 0) return;
    const position = this.order.firstColumn + cell - 1;
    const input = document.createElement('input');
    input.type = 'text';
    input.spellcheck = false;
    input.placeholder = 'Filter';
    input.title = 'Rows to show, then Enter: a part of the text, or = != < <= > >= and a value, or missing, or present';
    input.ariaLabel = `Filter ${this.shape.columns[cell - 1]?.name ?? ''}`;
    input.value = this.order.filters.find((it) => it.position === position)?.text ?? '';
    input.addEventListener('change', () => this.filterBy(position, input.value));
    input.addEventListener('keydown', (event) => event.stopPropagation()); // the grid would go to another cell
    node.append(input);
  }

  private drawHeads(): void {
    const { sort, firstColumn } = this.order;
    for (const [cell, it] of this.columns().entries()) {
      const by = sort.find(({ position }) => cell > 0 && position === firstColumn + cell - 1);
      this.heads[cell]?.show(it, by === undefined ? undefined : by.descending === true ? 'descending' : 'ascending');
    }
  }

  private columns(): TableColumn[] {
    return [{ ...LABEL, name: this.shape.indexName }, ...this.shape.columns];
  }

  /** Make the columns anew, as wide as `rows` are. */
  private drawColumns(rows: readonly Row[] = []): void {
    const columns = this.columns();
    this.heads = columns.map((it, cell) => new Head(it, cell === 0 ? undefined : (isAdded) => this.sortBy(cell, isAdded)));
    // The grid wants a field of each; what is shown says the formatter.
    this.grid.setColumns(columns.map((it, cell): GridColumn<Row> => ({
      id: cell, field: 'cells.length', name: this.heads[cell]?.element ?? '', formatter: this.format, sortable: false, minWidth: 40,
      width: widthOf(it, rows.map((row) => row.cells[cell] ?? ''), cell === 0 ? 50 : 150),
      cssClass: cell === 0 ? 'label' : it.kind === 'number' ? 'number' : '',
    })));
    this.drawHeads();
  }

  private readonly format = (row: number, cell: number): FormatterResultWithText => {
    const item = this.pages.get(row);
    const text = item?.cells[cell];
    const isSelected = this.selection.getSelectedRanges().some((it) => it.contains(row, cell));
    const isMissing = item?.missing.includes(cell - 1) === true;
    const classes = [isSelected && 'selected', isMissing && 'missing', text === undefined && 'loading'].filter((it) => it !== false);
    return { text: text ?? '…', toolTip: text ?? '', ...(classes.length > 0 ? { addClasses: classes.join(' ') } : {}) };
  };
}
