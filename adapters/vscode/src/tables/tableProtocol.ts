// The server's requests for the notebook's variables and for tables, as docs/protocol.md tells them. Types only.

export interface NotebookVariable {
  name: string;
  type: string;
  /** In one line. */
  value: string;
  /** 0 or absent: it has no children. Void once something runs. */
  variablesReference?: number;
  /** `3 × 2`. */
  shape?: string;
  length?: number;
  isTable?: boolean;
  evaluateName?: string;
  namedVariables?: number;
  indexedVariables?: number;
}

export type ColumnKind = 'number' | 'text' | 'boolean' | 'time' | 'other';
export type FilterOperator = 'contains' | '=' | '!=' | '<' | '<=' | '>' | '>=' | 'missing' | 'present';

export interface TableSort {
  /** Of the column, from 0. */
  position: number;
  descending?: boolean;
}

export interface TableFilter {
  position: number;
  operator?: FilterOperator;
  value?: string;
}

export interface TableColumn {
  name: string;
  /** In the library's words. */
  type: string;
  kind: ColumnKind;
  missing?: number;
  distinct?: number;
  min?: string;
  max?: string;
}

export interface TableArguments {
  /** It is evaluated. */
  expression?: string;
  /** Only if it is a name with attributes and items. */
  lookUp?: boolean;
  /** Of a page: its value, in place of an expression. */
  tableReference?: number;
  frameId?: number;
  start?: number;
  count?: number;
  firstColumn?: number;
  columnCount?: number;
  sort?: TableSort[];
  filters?: TableFilter[];
  statistics?: boolean;
  raw?: boolean;
}

export interface TablePage {
  kind: 'frame' | 'series' | 'array' | 'records' | 'columns' | 'list';
  type: string;
  totalRows: number;
  /** That the filters leave. */
  rows: number;
  totalColumns: number;
  columns: TableColumn[];
  index: string[];
  /** Fewer rows than asked for where their texts are too long: one asks on from there. */
  cells: string[][];
  /** For each row, the places in it that stand for a missing value. */
  missing?: number[][];
  indexName?: string;
  evaluateName?: string;
  isCut?: boolean;
  /** By which other pages of this value are asked for, until the kernel goes on. */
  tableReference: number;
  isPath?: boolean;
}

export interface TableRequests {
  notebookVariables: { arguments: { all?: boolean }; body: { variables: NotebookVariable[]; more?: number } };
  notebookTable: { arguments: TableArguments; body: TablePage };
  variables: {
    arguments: { variablesReference: number; filter?: 'indexed' | 'named'; start?: number; count?: number };
    body: { variables: (NotebookVariable & { __vscodeVariableMenuContext?: string })[] };
  };
  evaluate: { arguments: { expression: string; context: 'clipboard' }; body: { result: string } };
  stackTrace: {
    arguments: { threadId: number };
    body: { stackFrames: { id: number; name: string; source?: { path?: string } }[] };
  };
  scopes: { arguments: { frameId: number }; body: { scopes: { name: string }[] } };
}
