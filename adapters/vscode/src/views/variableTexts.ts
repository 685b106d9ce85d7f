// What a row of the view "Notebook Variables" says. Pure.
import type { NotebookVariable } from '../tables/tableProtocol';

/** Type, size and value: `list · 3 · [1, 2, 3]`. A size that the value tells anyway is left out. */
export function descriptionOf({ type, shape, length, value }: NotebookVariable): string {
  const size = shape ?? length?.toLocaleString('en');
  const isSaid = size === undefined || (shape !== undefined && value.includes(shape));
  return [type, isSaid ? undefined : size, value].filter((it) => it !== undefined && it !== '').join(' · ');
}

const ICONS: Record<string, string> = {
  int: 'symbol-numeric', float: 'symbol-numeric', complex: 'symbol-numeric', bool: 'symbol-boolean', str: 'symbol-string',
  list: 'symbol-array', tuple: 'symbol-array', set: 'symbol-array', frozenset: 'symbol-array', dict: 'symbol-namespace',
  function: 'symbol-method', type: 'symbol-class', module: 'symbol-module', NoneType: 'circle-slash',
};

/** One of VS Code's icons. */
export function iconOf({ type, isTable }: NotebookVariable): string {
  return isTable === true ? 'table' : ICONS[type] ?? 'symbol-variable';
}
