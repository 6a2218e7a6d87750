import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { GramEngine } from './gram-engine.js';

describe('Gram matrix', () => {
  for (const [features, rows, threads] of [
    [1, 5, 1],
    [7, 300, 1],
    [21, 1000, 2],
  ] as const) {
    it(`of ${rows} rows of ${features} features on ${threads} threads is that of the plain loop`, async () => {
      const random = sequence(3);
      const row = () => Array.from({ length: features }, () => Math.fround(random() * 3 + 5));
      const data = Array.from({ length: rows }, () => ({ x: row(), weight: random() * 2, y: random() - 0.5 }));
      const engine = await GramEngine.create({ features, threads });
      engine.shifts.fill(5, 0, features);
      for (let first = 0; first < rows; first += 100) {
        const staged = data.slice(first, first + 100);
        staged.forEach(({ x, weight, y }, r) => {
          engine.x.set(x, r * engine.stride);
          engine.factors[r] = Math.sqrt(weight);
          engine.targets[r] = y;
        });
        engine.add(staged.length);
      }
      const columns = (j: number) => (i: number) => (j < features ? data[i]!.x[j]! - 5 : data[i]!.y);
      for (let a = 0; a <= features; a++) {
        for (let b = 0; b <= a; b++) {
          const expected = data.reduce((sum, { weight }, i) => sum + weight * columns(a)(i) * columns(b)(i), 0);
          const found = engine.gram[a * engine.stride + b]!;
          assert.ok(Math.abs(found - expected) < 1e-9 * rows, `${a}, ${b}: ${found} is ${expected}`);
        }
      }
      await engine.close();
    });
  }
});
