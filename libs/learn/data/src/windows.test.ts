import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { orderWindows, rowsAhead } from './windows.js';

/** Two series, mixed and out of order: rows 1, 3, 0, 5 of group 7 and rows 4, 2 of group 9. */
const time = [3, 1, 9, 2, 8, 4];
const groups = [7, 7, 9, 7, 9, 7];

describe('windows', () => {
  it('are contiguous, ordered by time, and stay within their group', () => {
    const windows = orderWindows({ length: 2, time, groups });
    assert.deepEqual([...windows.order], [1, 3, 0, 5, 4, 2]);
    assert.deepEqual([...windows.ends], [2, -1, 5, 1, -1, 3]);
    assert.equal(windows.shortSeries, 0);
  });

  it('of a horizon end before the row that they foretell, in the same group', () => {
    const windows = orderWindows({ length: 2, time, groups });
    assert.deepEqual([...rowsAhead(windows, 1, groups)], [5, -1, -1, 0, -1, -1]);
    assert.deepEqual([...rowsAhead(windows, 0, groups)], [0, -1, 2, 3, -1, 5]);
  });

  it('leave out series that are too short, and count them', () => {
    const windows = orderWindows({ length: 3, time, groups });
    assert.deepEqual([...windows.ends], [2, -1, -1, -1, -1, 3]);
    assert.equal(windows.shortSeries, 1);
  });

  it('with padding end at every row', () => {
    const windows = orderWindows({ length: 3, time, groups, pad: true });
    assert.deepEqual([...windows.order], [1, 1, 1, 3, 0, 5, 4, 4, 4, 2]);
    assert.deepEqual([...windows.ends], [4, 2, 9, 3, 8, 5]);
  });

  it('may be shorter at the start of a series, and say how long they are', () => {
    const windows = orderWindows({ length: 3, least: 2, time, groups });
    assert.deepEqual([...windows.order], [1, 3, 0, 5, 4, 2]);
    assert.deepEqual([...windows.ends], [2, -1, 5, 1, -1, 3]);
    assert.deepEqual([...windows.lengths!], [3, 1, 2, 2, 1, 3]);
    assert.equal(windows.shortSeries, 0);
  });

  it('refuse a window longer than every series, and a row without a time', () => {
    assert.throws(() => orderWindows({ length: 5, time, groups }), { code: 'TOO_FEW_ROWS' });
    assert.throws(() => orderWindows({ length: 2, time: [1, Number.NaN], groups: [1, 1] }), {
      code: 'PARAMETER_INVALID',
      where: { field: 'dataset.time', row: 2 },
    });
  });
});
