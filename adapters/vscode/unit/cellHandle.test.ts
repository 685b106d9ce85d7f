import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOfCell } from '../src/controller/cellHandle';

const INDEXES: [fragment: string, index: number | undefined][] = [
  ['W0sdW50aXRsZWQ=', 0], ['W6sZmlsZQ==', 6], ['X10sZmlsZQ==', 7], ['X24sdnNjb2RlLXJlbW90ZQ==', 18], ['Y100sZmlsZQ==', 49],
  ['W10sZmlsZQ==', undefined], ['X1sZmlsZQ==', undefined], ['ch0000001', undefined], ['', undefined],
];
for (const [fragment, index] of INDEXES) {
  test(`the cell of a breakpoint whose notebook was closed: ${fragment}`, () => assert.equal(indexOfCell(fragment), index));
}
