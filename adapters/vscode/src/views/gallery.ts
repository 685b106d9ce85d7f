// The images that were drawn, and the page that shows them. Pure.
import { randomBytes } from 'node:crypto';
import type { DisplayBody, Source } from '../protocol';

export interface Plot {
  id: number;
  /** Of its session; a display with the same key replaces it. */
  key: string | undefined;
  image: string;
  title: string;
  source: Source | undefined;
  line: number | undefined;
}

const KEPT = 50;
const TYPES = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export class Gallery {
  /** Newest first. */
  all: Plot[] = [];
  private last = 0;

  /** Take a display if it is an image; return whether it is. */
  add(session: string, { data, source, line, displayId, update }: DisplayBody): boolean {
    const image = imageOf(data);
    if (image === undefined) return false;
    const key = displayId === undefined ? undefined : `${session}/${displayId}`;
    const old = update === true && key !== undefined ? this.all.find((it) => it.key === key) : undefined;
    if (old !== undefined) {
      old.image = image;
      return true;
    }
    const title = [source?.name, line].filter((it) => it !== undefined).join(':');
    this.all = [{ id: ++this.last, key, image, title, source, line }, ...this.all].slice(0, KEPT);
    return true;
  }

  find(id: number): Plot | undefined {
    return this.all.find((it) => it.id === id);
  }

  clear(): void {
    this.all = [];
  }
}

/** The image of a MIME bundle as a data URI. */
export function imageOf(data: Record<string, unknown>): string | undefined {
  const type = TYPES.find((it) => typeof data[it] === 'string');
  if (type === undefined) return undefined;
  const value = data[type] as string;
  const base64 = type === 'image/svg+xml' ? Buffer.from(value, 'utf8').toString('base64') : value.replace(/\s/g, '');
  return `data:${type};base64,${base64}`;
}

/** The page of the view. An image never runs: it is in <img>, and scripts but ours are forbidden. */
export function page(plots: readonly Plot[]): string {
  const nonce = randomBytes(16).toString('hex');
  const figures = plots.map(({ id, image, title }) =>
    `<button data-id="${id}" title="Go to ${escaped(title)}"><img src="${escaped(image)}" alt="${escaped(title)}">`
    + `<span>${escaped(title)}</span></button>`).join('\n');
  const empty = '<p>The plots that a notebook draws while it is debugged are shown here.</p>';
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
body { padding: 6px; color: var(--vscode-descriptionForeground); }
button { display: block; width: 100%; margin: 0 0 8px; padding: 4px; border: 1px solid var(--vscode-panel-border);
  background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button:hover, button:focus { border-color: var(--vscode-focusBorder); outline: none; }
img { display: block; max-width: 100%; background: white; }
</style></head><body>
${plots.length === 0 ? empty : figures}
<script nonce="${nonce}">
const vscode = acquireVsCodeApi();
for (const it of document.querySelectorAll('button'))
  it.addEventListener('click', () => vscode.postMessage(Number(it.dataset.id)));
</script></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (it) => `&#${it.charCodeAt(0)};`);
}
