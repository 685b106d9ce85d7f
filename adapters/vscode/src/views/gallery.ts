// The images that were drawn, and the tables of files, whose cells cannot show them. Pure.
import type { DisplayBody, Source } from '../protocol';

export interface Plot {
  id: number;
  /** Of its kernel; a display with the same key replaces it. */
  key: string | undefined;
  /** As a data URI; "" for a table. */
  image: string;
  /** HTML that has a table. */
  html: string | undefined;
  title: string;
  source: Source | undefined;
  line: number | undefined;
}

/** What the page is told: which plots there are, the newest first, and those that it does not have as they are now. */
export interface Drawing {
  ids: number[];
  changed: { id: number; image: string; html?: string; title: string }[];
}

const KEPT = 50;
const KEPT_CHARACTERS = 64 * 2 ** 20; // of images
const LONGEST_TABLE = 2 ** 20; // characters: a browser draws no more at once
const TYPES = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export class Gallery {
  /** Newest first. */
  all: Plot[] = [];
  private last = 0;
  private readonly changed = new Set<number>();

  /** Take a display if it is an image, or a table where those are wanted; return whether it is. */
  add(kernel: string, { data, source, line, displayId, update }: DisplayBody, takesTables = false): boolean {
    const html = takesTables ? tableOf(data) : undefined;
    const image = imageOf(data) ?? (html === undefined ? undefined : '');
    if (image === undefined) return false;
    const key = displayId === undefined ? undefined : `${kernel}/${displayId}`;
    const old = update === true && key !== undefined ? this.all.find((it) => it.key === key) : undefined;
    if (old !== undefined) {
      Object.assign(old, { image, html });
      this.changed.add(old.id);
      return true;
    }
    const title = [source?.name, line].filter((it) => it !== undefined).join(':');
    this.changed.add(++this.last);
    this.all = kept([{ id: this.last, key, image, html, title, source, line }, ...this.all]);
    return true;
  }

  find(id: number): Plot | undefined {
    return this.all.find((it) => it.id === id);
  }

  clear(): void {
    this.all = [];
  }

  /** What a page that had the last drawing is told; a new one is told of `all`. */
  drawing(ofAll = false): Drawing {
    const changed = this.all.filter((it) => ofAll || this.changed.has(it.id)).map(({ id, image, html, title }) => ({ id, image, title, ...(html === undefined ? {} : { html }) }));
    if (!ofAll) this.changed.clear();
    return { ids: this.all.map((it) => it.id), changed };
  }
}

/** The newest that are not too many, nor too large. */
function kept(plots: Plot[]): Plot[] {
  let size = 0;
  return plots.slice(0, KEPT).filter((it, index) => (size += it.image.length + (it.html?.length ?? 0)) <= KEPT_CHARACTERS || index === 0);
}

/** The image of a MIME bundle as a data URI. */
export function imageOf(data: Record<string, unknown>): string | undefined {
  const type = TYPES.find((it) => typeof data[it] === 'string');
  if (type === undefined) return undefined;
  const value = data[type] as string;
  const base64 = type === 'image/svg+xml' ? Buffer.from(value, 'utf8').toString('base64') : value.replace(/\s/g, '');
  return `data:${type};base64,${base64}`;
}

/** The HTML of a MIME bundle if a table is in it; marimo's own elements are drawn by marimo alone. */
function tableOf(data: Record<string, unknown>): string | undefined {
  const html = data['text/html'];
  const isTable = typeof html === 'string' && html.length <= LONGEST_TABLE && /<table[\s>]/i.test(html) && !/<marimo-/i.test(html);
  return isTable ? html : undefined;
}

/** A name for the file that a plot is saved in, and its bytes. */
export function fileOf({ image, html, title }: Plot): { name: string; data: Uint8Array } {
  const [, type = 'html', data = ''] = /^data:image\/([a-z]+)[^,]*,([\s\S]*)$/.exec(image) ?? [];
  const name = `${title.replace(/[^\w.-]+/g, '-') || 'plot'}.${type === 'jpeg' ? 'jpg' : type}`;
  return { name, data: image === '' ? new TextEncoder().encode(html ?? '') : Uint8Array.from(Buffer.from(data, 'base64')) };
}
