// The heads of the columns: name, type, and what is known of the values.
import type { TableColumn } from '../tableProtocol';

/** From where to where its values go: `1 – 99`. */
export function rangeText({ min, max }: TableColumn): string {
  if (min === undefined || max === undefined) return '';
  return min === max ? min : `${min} – ${max}`;
}

/** How many values: `12 distinct · 3 missing`. */
export function countsText({ missing, distinct }: TableColumn): string {
  const counted = (it: number | undefined, what: string): string | undefined => it === undefined ? undefined : `${it.toLocaleString('en')} ${what}`;
  return [counted(distinct, 'distinct'), missing === 0 ? undefined : counted(missing, 'missing')].filter((it) => it !== undefined).join(' · ');
}

export type Direction = 'ascending' | 'descending' | undefined;

export class Head {
  readonly element = document.createElement('div');
  private readonly lines = ['name', 'type', 'range', 'counts'].map((it) => {
    const line = document.createElement('div');
    line.className = it;
    return line;
  });

  /** `pressed` is called for a key that does what a click does: of a head that can be clicked. */
  constructor(column: TableColumn, pressed?: (withShift: boolean) => void) {
    this.element.className = 'head';
    if (pressed !== undefined) this.takeKeys(pressed);
    this.element.append(...this.lines);
    this.show(column, undefined);
  }

  show(column: TableColumn, direction: Direction): void {
    const texts = [column.name, column.type, rangeText(column), countsText(column)];
    for (const [at, line] of this.lines.entries()) line.textContent = line.title = texts[at] ?? '';
    this.element.dataset['sorted'] = direction ?? '';
    this.element.ariaLabel = [...texts, direction].filter((it) => it !== undefined && it !== '').join(', ');
  }

  private takeKeys(pressed: (withShift: boolean) => void): void {
    this.element.tabIndex = 0;
    this.element.role = 'button';
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      pressed(event.shiftKey);
    });
  }
}

/** A width in pixels by what is to be read: the column's name and type, and some of its cells; `least` is for what is told of its values. */
export function widthOf({ name, type }: TableColumn, texts: readonly string[], least: number): number {
  const longest = Math.max(name.length + 2, type.length, ...texts.map((it) => it.length));
  return Math.min(Math.max(longest * 8 + 20, least), 320);
}
