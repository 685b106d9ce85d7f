import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchCells } from '../src/tables/copy';
import type { TableArguments, TablePage } from '../src/tables/tableProtocol';

/** A table of which each cell says where it is; `most` rows come at a time, of the first columns fewer. */
function table(height: number, width: number, most = height, grows = 0): (asked: TableArguments) => Promise<TablePage> {
  let asks = 0;
  return ({ start = 0, count = 0, firstColumn = 0, columnCount = 0, raw }) => {
    assert.ok(raw === true && count <= 1000 && columnCount <= 500);
    const rows = height + grows * asks++;
    const range = (from: number, to: number): number[] => Array.from({ length: Math.max(to - from, 0) }, (_it, at) => from + at);
    const places = range(start, Math.min(start + count, rows, start + (firstColumn === 0 ? most : 1000)));
    const columns = range(firstColumn, Math.min(firstColumn + columnCount, width));
    return Promise.resolve({
      kind: 'frame', type: 'Frame', totalRows: rows, rows, totalColumns: width, tableReference: 1, indexName: 'i',
      columns: columns.map((it) => ({ name: `c${it}`, type: 'int', kind: 'number' })), index: places.map((it) => `r${it}`),
      cells: places.map((row) => columns.map((column) => `${row},${column}`)),
    });
  };
}

const COPIES: [what: string, height: number, width: number, most: number, fromColumn: number, toColumn: number][] = [
  ['all of a few columns', 3, 2, 3, -1, 1], ['all of very many', 4, 950, 4, -1, 949], ['rows that come one by one', 5, 450, 1, -1, 449],
  ['columns of two groups', 3, 600, 2, 150, 420], ['labels alone', 3, 600, 3, -1, -1], ['more rows than come at a time', 2100, 300, 2100, -1, 299],
  ['one cell', 1, 600, 1, 599, 599], ['no columns', 2, 0, 2, -1, -1],
];
for (const [what, height, width, most, fromColumn, toColumn] of COPIES) {
  test(`every column of every row is copied: ${what}`, async () => {
    const found = await fetchCells({ fromRow: 0, toRow: height - 1, fromColumn, toColumn }, table(height, width, most), () => false);
    const columns = Array.from({ length: toColumn - fromColumn + 1 }, (_it, at) => fromColumn + at);
    assert.deepEqual(found?.head, columns.map((it) => (it < 0 ? 'i' : `c${it}`)));
    assert.deepEqual(found.rows, Array.from({ length: height }, (_it, row) => columns.map((it) => (it < 0 ? `r${row}` : `${row},${it}`))));
  });
}

test('of a table that changes while it is copied nothing is', async () => {
  for (const width of [1, 300]) {
    const copying = fetchCells({ fromRow: 0, toRow: 2999, fromColumn: -1, toColumn: width - 1 }, table(3000, width, 3000, 1), () => false);
    await assert.rejects(copying, /the table changed meanwhile/);
  }
});

test('a copy that is called off ends', async () => {
  assert.equal(await fetchCells({ fromRow: 0, toRow: 9, fromColumn: -1, toColumn: 0 }, table(10, 1), () => true), undefined);
});
