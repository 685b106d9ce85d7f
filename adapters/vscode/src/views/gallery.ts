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

/** What the page is told: which plots there are, the newest first, and those that it does not have as they are now. */
export interface Drawing {
  ids: number[];
  changed: { id: number; image: string; title: string }[];
}

const KEPT = 50;
const KEPT_CHARACTERS = 64 * 2 ** 20; // of images
const TYPES = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export class Gallery {
  /** Newest first. */
  all: Plot[] = [];
  private last = 0;
  private readonly changed = new Set<number>();

  /** Take a display if it is an image; return whether it is. */
  add(session: string, { data, source, line, displayId, update }: DisplayBody): boolean {
    const image = imageOf(data);
    if (image === undefined) return false;
    const key = displayId === undefined ? undefined : `${session}/${displayId}`;
    const old = update === true && key !== undefined ? this.all.find((it) => it.key === key) : undefined;
    if (old !== undefined) {
      old.image = image;
      this.changed.add(old.id);
      return true;
    }
    const title = [source?.name, line].filter((it) => it !== undefined).join(':');
    this.changed.add(++this.last);
    this.all = kept([{ id: this.last, key, image, title, source, line }, ...this.all]);
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
    const changed = this.all.filter((it) => ofAll || this.changed.has(it.id)).map(({ id, image, title }) => ({ id, image, title }));
    this.changed.clear();
    return { ids: this.all.map((it) => it.id), changed };
  }
}

/** The newest that are not too many, nor too large. */
function kept(plots: Plot[]): Plot[] {
  let size = 0;
  return plots.slice(0, KEPT).filter((it, index) => (size += it.image.length) <= KEPT_CHARACTERS || index === 0);
}

/** The image of a MIME bundle as a data URI. */
export function imageOf(data: Record<string, unknown>): string | undefined {
  const type = TYPES.find((it) => typeof data[it] === 'string');
  if (type === undefined) return undefined;
  const value = data[type] as string;
  const base64 = type === 'image/svg+xml' ? Buffer.from(value, 'utf8').toString('base64') : value.replace(/\s/g, '');
  return `data:${type};base64,${base64}`;
}

/** The page of the view; it says when it is there. An image never runs: it is in <img>, and scripts but ours are forbidden. */
export function page(): string {
  const nonce = randomBytes(16).toString('hex');
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
body { padding: 6px; color: var(--vscode-descriptionForeground); }
body > button ~ p { display: none; }
button { display: block; width: 100%; margin: 0 0 8px; padding: 4px; border: 1px solid var(--vscode-panel-border);
  background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button:hover, button:focus { border-color: var(--vscode-focusBorder); outline: none; }
img { display: block; max-width: 100%; background: white; }
</style></head><body>
<p>The plots that a notebook draws while it is debugged are shown here.</p>
<script nonce="${nonce}">${SCRIPT}</script></body></html>`;
}

const SCRIPT = `
const vscode = acquireVsCodeApi();
const shown = new Map();
function made(id) {
  const button = document.createElement('button');
  button.append(document.createElement('img'), document.createElement('span'));
  button.addEventListener('click', () => vscode.postMessage(id));
  shown.set(id, button);
  return button;
}
window.addEventListener('message', ({ data: { ids, changed } }) => {
  for (const { id, image, title } of changed) {
    const button = shown.get(id) || made(id);
    button.title = 'Go to ' + title;
    button.querySelector('span').textContent = title;
    button.querySelector('img').src = image;
    button.querySelector('img').alt = title;
  }
  for (const [id, button] of shown) if (!ids.includes(id)) { button.remove(); shown.delete(id); }
  for (const id of [...ids].reverse()) if (shown.has(id) && !shown.get(id).isConnected) document.body.prepend(shown.get(id));
});
vscode.postMessage('ready');
`;
