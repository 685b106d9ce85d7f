// What is typed over a column, as the server's filter. Pure.
import type { ColumnKind, FilterOperator, TableFilter, TableSort } from './tableProtocol';

const OPERATORS: Record<string, FilterOperator> = {
  '=': '=', '==': '=', '!=': '!=', '<>': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=', '≠': '!=', '≤': '<=', '≥': '>=',
};

/**
 * `> 10`, `= Bern`, `missing`, `present`; anything else is contained in a text, or equal to a number or truth value. What is
 * quoted is meant as it stands: `"missing"`.
 */
export function filterOf(position: number, text: string, kind: ColumnKind): TableFilter | undefined {
  const typed = text.trim();
  if (typed === '') return undefined;
  const word = typed.toLowerCase();
  if (word === 'missing' || word === 'present') return { position, operator: word };
  const [, sign = '', rest = ''] = /^(==|!=|<>|<=|>=|=|<|>|≠|≤|≥)?\s*(.*)$/s.exec(typed) ?? [];
  const isEqual = kind === 'number' || kind === 'boolean';
  return { position, operator: OPERATORS[sign] ?? (isEqual ? '=' : 'contains'), value: unquoted(rest) };
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*)\1$/s.exec(text);
  return quoted?.[2] ?? text;
}

/** The ways to sort after a click on the head of a column: up, down, not at all. `isAdded`: beside the others. */
export function turned(sort: readonly TableSort[], position: number, isAdded: boolean): TableSort[] {
  const plain = sort.map((it) => ({ position: it.position, descending: it.descending === true }));
  const own = plain.find((it) => it.position === position);
  const others = isAdded ? plain.filter((it) => it !== own) : [];
  if (own?.descending === true) return others;
  const next = { position, descending: own !== undefined };
  return isAdded ? plain.map((it) => (it === own ? next : it)).concat(own === undefined ? [next] : []) : [next];
}
