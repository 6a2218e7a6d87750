import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RowCache } from './row-cache.js';

describe('the cache of kernel rows', () => {
  it('evicts the row unused for longest, never one found since the mark', () => {
    const cache = new RowCache(10);
    cache.reset(3);
    cache.place(Int32Array.of(4, 5, 6), 3, cache.mark());
    const since = cache.mark();
    assert.ok(cache.find(4) >= 0);
    cache.place(Int32Array.of(7), 1, since);
    assert.equal(cache.find(5), -1);
    assert.ok(cache.find(4) >= 0 && cache.find(6) >= 0 && cache.find(7) >= 0);
    assert.equal(new Set([4, 6, 7].map((row) => cache.find(row))).size, 3);
  });

  it('refuses more rows at once than it has slots', () => {
    const cache = new RowCache(10);
    cache.reset(2);
    assert.throws(() => cache.place(Int32Array.of(1, 2, 3), 3, cache.mark()), RangeError);
  });

  it('keeps its rows when it grows and forgets them when it is reset', () => {
    const cache = new RowCache(10);
    cache.reset(1);
    cache.place(Int32Array.of(3), 1, cache.mark());
    cache.grow(4);
    assert.equal(cache.find(3), 0);
    cache.reset(4);
    assert.equal(cache.find(3), -1);
  });
});
