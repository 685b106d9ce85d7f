// The document of a table's panel: strict, with nothing in it but our own files. Pure.
import { randomBytes } from 'node:crypto';

/** `source`: how VS Code names the extension's own files in a policy; `script` and `style` are addresses of two of them. */
export function html(source: string, script: string, style: string): string {
  const nonce = randomBytes(16).toString('hex');
  const policy = `default-src 'none'; style-src ${source} 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${style}">
</head><body>
<div id="grid"></div>
<div id="foot">
  <span id="status" role="status"></span>
  <span id="groups" hidden><button id="before" title="The columns before these">‹</button> <span id="shown"></span> <button id="after" title="The columns after these">›</button></span>
  <button id="refresh" title="Evaluate the expression again">Refresh</button>
  <button id="copy" title="Copy the selected cells, or all, with the names of the columns (Ctrl+C)">Copy</button>
</div>
<script nonce="${nonce}" src="${script}"></script>
</body></html>`;
}
