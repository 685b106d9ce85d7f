// What the extension and the page of a table tell each other. Types only.
import type { ColumnKind, TableColumn, TableSort } from './tableProtocol';
import type { FrameName } from './target';

/** A row's cells as texts, its label (of the index) first; `missing` are those that stand for a missing value. */
export interface Row {
  cells: string[];
  missing: number[];
}

/** Which rows and columns are shown, and how. */
export interface Order {
  /** By the first, where that is equal by the second. */
  sort: TableSort[];
  /** What was typed over a column, which counts from 0. */
  filters: { position: number; text: string; kind: ColumnKind }[];
  /** The first column that is shown: a table may have thousands. */
  firstColumn: number;
}

/** By which the window finds a table again when it is loaded anew. */
export interface Remembered {
  /** Of the notebook. */
  uri: string;
  expression: string;
  frame: FrameName | undefined;
  order: Order;
  /** The expression is a name with attributes and items: nothing else is evaluated by itself. */
  isPath?: boolean;
}

export interface Shape {
  /** That pass the filters. */
  rows: number;
  totalColumns: number;
  columns: TableColumn[];
  indexName: string;
}

export type ToPage =
  | {
    kind: 'table';
    /** Counts on whenever the table may be another; rows of another version are not of this one. */
    version: number;
    shape: Shape;
    order: Order;
    /** The rows are likely to be where they were. */
    areSame: boolean;
    first: Row[];
    remembered: Remembered;
  }
  | { kind: 'statistics'; version: number; columns: TableColumn[] }
  | { kind: 'rows'; version: number; start: number; rows: Row[] }
  /** What was asked for cannot be had now. */
  | { kind: 'failed'; version: number }
  | { kind: 'status'; text: string; isProblem: boolean; isOld: boolean };

/** Cells from and to, both of them included. Columns count from the first one of the table; -1 is the label. */
export interface Range {
  fromRow: number;
  toRow: number;
  fromColumn: number;
  toColumn: number;
}

export type FromPage =
  | { kind: 'ready' }
  /** The user wants the expression to be evaluated again. */
  | { kind: 'refresh' }
  | { kind: 'rows'; version: number; start: number; count: number }
  | { kind: 'order'; order: Order }
  | { kind: 'copy'; range: Range };
