import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence, TestMemory } from '../test-memory.js';
import type { BoostingKernels } from './kernels.js';
import type { Layout } from './layout.js';
import { LOSS, type LossKind, sumLosses, writeGradients } from './loss.js';

interface Case {
  readonly parameter: number;
  /** Loss of one row, in plain TypeScript. */
  loss(score: number, label: number): number;
  /** What the kernel takes as second derivative, where that is not the loss's own. */
  hessian?(score: number): number;
}

const constant = (): number => 1;
/** Labels are above 0, as gamma wants them. */
const CASES: Partial<Record<LossKind, Case>> = {
  absolute: { parameter: 0, loss: (s, y) => Math.abs(s - y), hessian: constant },
  quantile: { parameter: 0.3, loss: (s, y) => (s > y ? 0.7 * (s - y) : 0.3 * (y - s)), hessian: constant },
  huber: {
    parameter: 0.9,
    loss: (s, y) => (Math.abs(s - y) <= 0.9 ? (s - y) ** 2 / 2 : 0.9 * (Math.abs(s - y) - 0.45)),
    hessian: constant,
  },
  pseudoHuber: { parameter: 1.5, loss: (s, y) => 2.25 * (Math.sqrt(1 + ((s - y) / 1.5) ** 2) - 1) },
  poisson: { parameter: 2, loss: (s, y) => Math.exp(s) - y * s, hessian: (s) => 2 * Math.exp(s) },
  gamma: { parameter: 0, loss: (s, y) => y * Math.exp(-s) + s },
  tweedie: { parameter: 1.4, loss: (s, y) => (y * Math.exp(-0.4 * s)) / 0.4 + Math.exp(0.6 * s) / 0.6 },
};

const ROWS = 300;
const near = (a: number, b: number, tolerance: number): void =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is ${b}`);

describe('losses of numeric targets', () => {
  const random = sequence(4);
  const scores = Float32Array.from({ length: ROWS }, () => (random() - 0.5) * 6);
  const labels = Float32Array.from({ length: ROWS }, () => 0.1 + random() * 3);
  const weights = Float32Array.from({ length: ROWS }, () => random() * 2);

  for (const [kind, { parameter, loss, hessian }] of Object.entries(CASES) as [LossKind, Case][]) {
    const memory = new TestMemory<BoostingKernels>();
    const layout = {
      ...{ scores: memory.place(scores), labels: memory.place(labels), weights: memory.place(weights) },
      shape: { rows: ROWS, outputs: 1 },
    } as unknown as Layout;
    const at = memory.reserve(ROWS * 8);

    it(`${kind}: the sum is that of plain TypeScript`, () => {
      const expected = scores.reduce((sum, score, i) => sum + weights[i]! * loss(score, labels[i]!), 0);
      near(sumLosses(memory.kernels, layout, 0, ROWS, LOSS[kind], parameter), expected, 1e-5);
    });

    it(`${kind}: gradients are the loss's numeric derivatives, and so are hessians unless fixed`, () => {
      writeGradients(memory.kernels, layout, 0, ROWS, LOSS[kind], 0, parameter, at);
      const pairs = memory.floats(at, ROWS * 2);
      const step = 1e-4;
      for (let i = 0; i < ROWS; i++) {
        const [s, y, w] = [scores[i]!, labels[i]!, weights[i]!];
        const [before, here, after] = [loss(s - step, y), loss(s, y), loss(s + step, y)];
        near(pairs[2 * i]!, (w * (after - before)) / (2 * step), 1e-4);
        near(pairs[2 * i + 1]!, w * (hessian?.(s) ?? (after - 2 * here + before) / step ** 2), 1e-3);
      }
    });
  }

  it('absolute and quantile on the label itself', () => {
    const memory = new TestMemory<BoostingKernels>();
    const [s, w, pairs] = [memory.place(Float32Array.of(2)), memory.place(Float32Array.of(1)), memory.reserve(8)];
    memory.kernels.gradientQuantile(0, 1, s, s, w, 1, 1, 0, pairs);
    assert.equal(memory.floats(pairs, 1)[0], 0);
  });
});
