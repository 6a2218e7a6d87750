import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence, TestMemory } from '../test-memory.js';
import type { NeuralKernels } from './kernels.js';

const random = (seed: number, length: number) => {
  const next = sequence(seed);
  return Float32Array.from({ length }, () => 4 * next() - 2);
};

describe('neural kernels', () => {
  it('multiply matrices of any shape, a row alone as among others', () => {
    for (const [m, k, n] of [
      [1, 1, 1],
      [3, 5, 7],
      [4, 8, 8],
      [9, 17, 45],
      [5, 64, 40],
    ] as const) {
      const memory = new TestMemory<NeuralKernels>();
      const a = random(1, m * k);
      const b = random(2, k * n);
      const [left, right, out, alone] = [
        memory.place(a),
        memory.place(b),
        memory.reserve(m * n * 4),
        memory.reserve(n * 4),
      ];
      memory.kernels.multiplyMatrices(left!, right!, out!, m, k, n);
      memory.kernels.multiplyMatrices(left!, right!, alone!, 1, k, n);
      const c = memory.floats(out!, m * n);
      assert.deepEqual(memory.floats(alone!, n), c.slice(0, n), `${m} x ${k} x ${n}`);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
          assert.ok(Math.abs(c[i * n + j]! - sum) < 1e-4, `${m} x ${k} x ${n} at ${i}, ${j}`);
        }
      }
    }
  });

  it('transpose', () => {
    const memory = new TestMemory<NeuralKernels>();
    const [from, to] = [memory.place(Float32Array.of(1, 2, 3, 4, 5, 6)), memory.reserve(24)];
    memory.kernels.transposeMatrix(from!, to!, 2, 3);
    assert.deepEqual([...memory.floats(to!, 6)], [1, 4, 2, 5, 3, 6]);
  });

  it('know sigmoid, tanh and exp to seven digits', () => {
    const memory = new TestMemory<NeuralKernels>();
    const x = Float32Array.of(...random(3, 61).map((v) => 8 * v), 90, -80, 0);
    const [from, to] = [memory.place(x), memory.reserve(x.byteLength)];
    const worst = (run: 'sigmoidAll' | 'tanhAll' | 'expAll', truth: (v: number) => number) => {
      memory.kernels[run](from!, to!, x.length);
      return memory.floats(to!, x.length).reduce((most, y, i) => {
        const expected = truth(Math.min(88, x[i]!));
        return Math.max(most, Math.abs(y - expected) / Math.max(1, Math.abs(expected)));
      }, 0);
    };
    assert.ok(worst('sigmoidAll', (v) => 1 / (1 + Math.exp(-v))) < 3e-7);
    assert.ok(worst('tanhAll', Math.tanh) < 5e-7);
    assert.ok(worst('expAll', Math.exp) < 1e-6);
  });
});
