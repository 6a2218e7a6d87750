import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { RadiusSearch } from './radius-search.js';

describe('RadiusSearch finds what a plain loop finds', () => {
  for (const cols of [1, 2, 3, 7, 40]) {
    for (const manhattan of [false, true]) {
      it(`${cols} columns, ${manhattan ? 'manhattan' : 'euclidean'}`, () => {
        const rows = 300;
        const random = sequence(cols);
        // Values on a lattice, so that many distances are exactly the radius.
        const data = Float32Array.from({ length: rows * cols }, () => Math.floor(random() * 16) / 4);
        const share = cols < 4 ? 0.75 : manhattan ? 1.125 : 1.5;
        const radius = share * (manhattan ? cols : Math.sqrt(cols));
        const search = new RadiusSearch({ rows, cols, data }, radius, manhattan);
        let found = 0;
        for (let i = 0; i < rows; i += 7) {
          const point = data.subarray(i * cols, (i + 1) * cols);
          const expected: number[] = [];
          for (let r = 0; r < rows; r++) {
            let distance = 0;
            for (let j = 0; j < cols; j++) {
              const gap = data[r * cols + j]! - point[j]!;
              distance += manhattan ? Math.abs(gap) : gap * gap;
            }
            if (distance <= (manhattan ? radius : radius * radius)) expected.push(r);
          }
          const rowsFound = [...search.around(point)].map((place) => search.order[place]!).sort((a, b) => a - b);
          assert.deepEqual(rowsFound, expected);
          found += expected.length;
        }
        assert.ok(found > 100);
        search.close();
      });
    }
  }

  it('answers for points far outside', () => {
    const search = new RadiusSearch({ rows: 2, cols: 1, data: Float32Array.of(0, 1) }, 0.5, false);
    for (const point of [-1e6, 1e6]) assert.equal(search.around(Float32Array.of(point)).length, 0);
    search.close();
  });
});
