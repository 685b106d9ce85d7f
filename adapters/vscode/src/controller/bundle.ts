// A MIME bundle as the items of a cell's output. Pure; does not know VS Code.

export interface Item {
  mime: string;
  data: Uint8Array;
}

const BINARY = /^(image|audio|video|font)\/|^application\/(pdf|octet-stream)$/;
const JSON_TYPE = /[/+]json$/;
const encoder = new TextEncoder();

/** The items of `bundle`; binary types, SVG not among them, come as base64. */
export function items(bundle: Record<string, unknown>): Item[] {
  return Object.entries(bundle)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([mime, value]) => ({ mime, data: bytes(mime, value) }));
}

function bytes(mime: string, value: unknown): Uint8Array {
  if (JSON_TYPE.test(mime)) return encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));
  const text = Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : JSON.stringify(value);
  if (BINARY.test(mime) && !mime.endsWith('+xml')) return Uint8Array.from(Buffer.from(text, 'base64'));
  return encoder.encode(text);
}

/** Name and message of an error told as `ValueError: no such column`. */
export function split(error: string): { name: string; message: string } {
  const found = /^([\w.]+)(?:: ([\s\S]*))?$/.exec(error);
  return found === null ? { name: 'Error', message: error } : { name: found[1] ?? 'Error', message: found[2] ?? '' };
}
