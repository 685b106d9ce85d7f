// The page of a table, in its webview: it draws what it is told, and asks for what comes into view.
import 'slickgrid/dist/styles/css/slick.grid.css';
import './style.css';
import type { FromPage, Order, Shape, ToPage } from '../messages';
import { GROUP } from '../groups';
import { TableGrid } from './grid';

declare function acquireVsCodeApi(): { postMessage: (it: FromPage) => void; setState: (it: unknown) => void };

const vscode = acquireVsCodeApi();
const [status, groups, before, after, shown] = ['status', 'groups', 'before', 'after', 'shown'].map(element);
let version = 0;
let order: Order = { sort: [], filters: [], firstColumn: 0 };

const grid = new TableGrid(element('grid'), document.currentScript?.nonce ?? '', {
  wanted: ({ start, count }) => vscode.postMessage({ kind: 'rows', version, start, count }),
  ordered,
});

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

function ordered(next: Order): void {
  vscode.postMessage({ kind: 'order', order: next });
}

function copy(): void {
  vscode.postMessage({ kind: 'copy', range: grid.selected });
}

function take(told: ToPage): void {
  if (told.kind === 'table') {
    ({ version, order } = told);
    grid.show(told.shape, order, told.areSame, told.first);
    drawGroups(told.shape);
    vscode.setState(told.remembered);
  } else if (told.kind === 'status') {
    status?.replaceChildren(told.text);
    status?.classList.toggle('problem', told.isProblem);
    document.body.classList.toggle('old', told.isOld);
  } else if (told.version === version) {
    if (told.kind === 'rows') grid.take(told.start, told.rows);
    else if (told.kind === 'failed') grid.failed();
    else grid.showStatistics(told.columns);
  }
}

/** Of a table with many columns some are shown at a time. */
function drawGroups({ columns, totalColumns }: Shape): void {
  const first = order.firstColumn;
  groups?.toggleAttribute('hidden', totalColumns <= GROUP);
  shown?.replaceChildren(`Columns ${(first + 1).toLocaleString('en')} – ${(first + columns.length).toLocaleString('en')} of ${totalColumns.toLocaleString('en')}`);
  before?.toggleAttribute('disabled', first === 0);
  after?.toggleAttribute('disabled', first + columns.length >= totalColumns);
}

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => take(data));
element('copy').addEventListener('click', copy);
element('refresh').addEventListener('click', () => vscode.postMessage({ kind: 'refresh' }));
before?.addEventListener('click', () => ordered({ ...order, firstColumn: Math.max(order.firstColumn - GROUP, 0) }));
after?.addEventListener('click', () => ordered({ ...order, firstColumn: order.firstColumn + GROUP }));
window.addEventListener('keydown', (event) => {
  const isCopy = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'c';
  if (!isCopy || document.activeElement instanceof HTMLInputElement) return;
  event.preventDefault();
  event.stopPropagation();
  copy();
}, { capture: true });
vscode.postMessage({ kind: 'ready' });
