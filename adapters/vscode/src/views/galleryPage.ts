// The page that shows plots and tables, in the view and in the editor's tab. Pure.
import { randomBytes } from 'node:crypto';

/** What the page says: that it is there, or what is to be done with a plot. */
export type Told = 'ready' | { id: number; act: 'go' | 'enlarge' | 'save' };

/**
 * It says when it is there. An image never runs: it is in <img>; of a table its words alone are taken, and scripts but
 * ours are forbidden. `isLarge`: in a tab of its own.
 */
export function page(isLarge = false): string {
  const nonce = randomBytes(16).toString('hex');
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">${STYLE}</style></head><body class="${isLarge ? 'large' : ''}">
<p>The plots that a notebook draws, and the tables of one that is a file, are shown here.</p>
<script nonce="${nonce}">${SCRIPT}</script></body></html>`;
}

const STYLE = `
body { padding: 6px; color: var(--vscode-descriptionForeground); }
figure { margin: 0 0 10px; padding: 4px; border: 1px solid var(--vscode-panel-border); overflow: auto; }
figure:hover, figure:focus-within { border-color: var(--vscode-focusBorder); }
body > figure ~ p { display: none; }
button { border: none; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
button:hover, button:focus { color: var(--vscode-textLink-activeForeground); outline: none; }
.shown { display: block; max-width: 100%; padding: 0; }
.shown[hidden] { display: none; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 10px; }
figcaption span { flex: 1; }
img { display: block; max-width: 100%; background: white; }
.large img { max-height: 92vh; }
.large .whole img { max-width: none; max-height: none; }
table { border-collapse: collapse; color: var(--vscode-editor-foreground); font-size: 0.95em; }
th, td { padding: 2px 8px; border-bottom: 1px solid var(--vscode-panel-border); text-align: right; white-space: nowrap; }
th { font-weight: 600; }
`;

const SCRIPT = `
const vscode = acquireVsCodeApi();
const isLarge = document.body.classList.contains('large');
const shown = new Map();
function button(text, title, act) {
  const made = document.createElement('button');
  made.textContent = text;
  made.title = title;
  made.addEventListener('click', act);
  return made;
}
function made(id) {
  const figure = document.createElement('figure');
  const image = button('', '', () => vscode.postMessage({ id, act: 'go' }));
  image.className = 'shown';
  image.append(document.createElement('img'));
  const table = document.createElement('div');
  const caption = document.createElement('figcaption');
  const enlarge = isLarge
    ? button('Zoom', 'Show it whole, or in its own size', () => figure.classList.toggle('whole'))
    : button('Enlarge', 'Show it in a tab of the editor', () => vscode.postMessage({ id, act: 'enlarge' }));
  caption.append(button('', '', () => vscode.postMessage({ id, act: 'go' })), document.createElement('span'), enlarge,
    button('Save', 'Save it in a file', () => vscode.postMessage({ id, act: 'save' })),
    button('Copy', 'Copy it to the clipboard', ({ currentTarget }) => copy(figure, currentTarget)));
  figure.append(image, table, caption);
  shown.set(id, figure);
  return figure;
}
function outermost(within) {
  return [...within.querySelectorAll('table')].filter((it) => it.parentElement.closest('table') === null);
}
const KEPT = ['TABLE', 'CAPTION', 'COLGROUP', 'THEAD', 'TBODY', 'TFOOT', 'TR', 'TH', 'TD'];
function words(from) {
  if (from.nodeType === Node.TEXT_NODE) return document.createTextNode(from.textContent);
  const to = KEPT.includes(from.nodeName) ? document.createElement(from.nodeName) : document.createDocumentFragment();
  for (const name of ['colspan', 'rowspan']) if (to.setAttribute && from.hasAttribute(name)) to.setAttribute(name, from.getAttribute(name));
  for (const it of from.childNodes) if (it.nodeType === Node.TEXT_NODE || it.nodeType === Node.ELEMENT_NODE && !['STYLE', 'SCRIPT'].includes(it.nodeName)) to.append(words(it));
  return to;
}
async function copy(figure, said) {
  const image = figure.querySelector('img');
  const rows = outermost(figure).flatMap((it) => [...it.rows]).map((row) => [...row.cells].map((it) => it.textContent.trim()).join('\\t'));
  try {
    if (image.src === '') await navigator.clipboard.writeText(rows.join('\\n'));
    else await navigator.clipboard.write([new ClipboardItem({ 'image/png': drawn(image) })]);
    said.textContent = 'Copied';
  } catch (error) {
    said.textContent = 'Cannot be copied: ' + error.message;
  }
  setTimeout(() => { said.textContent = 'Copy'; }, 2000);
}
function drawn(image) {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  canvas.getContext('2d').drawImage(image, 0, 0);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}
window.addEventListener('message', ({ data: { ids, changed, at } }) => {
  for (const { id, image, html, title } of changed) {
    const figure = shown.get(id) || made(id);
    const [whole, table, caption] = figure.children;
    whole.hidden = image === '';
    whole.title = 'Go to ' + title;
    if (image !== '') whole.firstChild.src = image;
    whole.firstChild.alt = title;
    table.replaceChildren(...(html === undefined || image !== '' ? []
      : outermost(new DOMParser().parseFromString(html, 'text/html')).map(words)));
    caption.firstChild.textContent = title;
  }
  for (const [id, figure] of shown) if (!ids.includes(id)) { figure.remove(); shown.delete(id); }
  for (const id of [...ids].reverse()) if (shown.has(id) && !shown.get(id).isConnected) document.body.prepend(shown.get(id));
  if (at !== undefined && shown.has(at)) shown.get(at).scrollIntoView();
});
vscode.postMessage('ready');
`;
