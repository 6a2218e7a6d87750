import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence, TestMemory } from '../test-memory.js';
import type { BoostingKernels } from './kernels.js';

const ROWS = 501;
const near = (a: number, b: number): void =>
  assert.ok(Math.abs(a - b) <= 2e-6 * Math.max(1, Math.abs(b)), `${a} is ${b}`);

describe('losses and gradients', () => {
  const random = sequence(9);
  const classes = 3;
  const scores = Float32Array.from({ length: ROWS * classes }, () => (random() - 0.5) * 12);
  const labels = Float32Array.from({ length: ROWS }, () => Math.floor(random() * classes));
  const weights = Float32Array.from({ length: ROWS }, () => random() * 2);

  it('softmax', () => {
    const memory = new TestMemory<BoostingKernels>();
    const [s, y, w] = [memory.place(scores), memory.place(labels), memory.place(weights)];
    const norms = memory.reserve(ROWS * 4);
    const pairs = memory.reserve(ROWS * 8);
    const loss = memory.kernels.lossSoftmax(0, ROWS, ROWS, classes, s, y, w, norms);
    memory.kernels.gradientLog(0, ROWS, s + 2 * ROWS * 4, y, w, norms, 2, 1.5, pairs);
    const found = memory.floats(pairs, ROWS * 2);
    let expected = 0;
    for (let i = 0; i < ROWS; i++) {
      const e = [0, 1, 2].map((c) => Math.exp(scores[c * ROWS + i]!));
      const sum = e[0]! + e[1]! + e[2]!;
      expected -= weights[i]! * Math.log(e[labels[i]!]! / sum);
      const p = e[2]! / sum;
      near(found[2 * i]!, weights[i]! * (p - (labels[i] === 2 ? 1 : 0)));
      near(found[2 * i + 1]!, weights[i]! * 1.5 * p * (1 - p));
    }
    near(loss, expected);
  });

  it('logistic, far from 0 as well', () => {
    const memory = new TestMemory<BoostingKernels>();
    const extreme = Float32Array.of(-200, -30, -1, 0, 1, 30, 200);
    const ones = new Float32Array(7).fill(1);
    const y = Float32Array.of(0, 1, 0, 1, 0, 1, 1);
    const norms = memory.reserve(28);
    const pairs = memory.reserve(56);
    const [s, l, w] = [memory.place(extreme), memory.place(y), memory.place(ones)];
    const loss = memory.kernels.lossLogistic(0, 7, s, l, w, norms);
    memory.kernels.gradientLog(0, 7, s, l, w, norms, 1, 1, pairs);
    const found = memory.floats(pairs, 14);
    extreme.forEach((score, i) => {
      const p = 1 / (1 + Math.exp(-score));
      near(found[2 * i]!, p - y[i]!);
      assert.ok(found[2 * i + 1]! > 0);
    });
    near(
      loss,
      [0, 30, Math.log1p(Math.exp(-1)), Math.LN2, 1 + Math.log1p(Math.exp(-1)), 0, 0].reduce((a, b) => a + b),
    );
  });

  it('squared', () => {
    const memory = new TestMemory<BoostingKernels>();
    const [s, y, w] = [memory.place(scores.slice(0, ROWS)), memory.place(labels), memory.place(weights)];
    const pairs = memory.reserve(ROWS * 8);
    memory.kernels.gradientSquared(0, ROWS, s, y, w, pairs);
    const found = memory.floats(pairs, ROWS * 2);
    for (let i = 0; i < ROWS; i++) near(found[2 * i]!, weights[i]! * (scores[i]! - labels[i]!));
    const loss = labels.reduce((sum, label, i) => sum + weights[i]! * (scores[i]! - label) ** 2, 0);
    near(memory.kernels.lossSquared(0, ROWS, s, y, w), loss);
  });
});

describe('quantised pairs', () => {
  it('round up or down to the neighbours, without bias', () => {
    const memory = new TestMemory<BoostingKernels>();
    const rows = 20_000;
    const pairs = Float32Array.from({ length: rows * 2 }, (_, i) => (i % 2 ? 0.37 : -0.61));
    const at = memory.place(pairs);
    const packed = memory.reserve(rows * 4);
    memory.kernels.quantise(0, rows, at, 7, 15, 123, packed, 0);
    let [gradient, hessian] = [0, 0];
    for (const pair of memory.words(packed, rows)) {
      assert.ok([-5, -4].includes(pair >> 16) && [5, 6].includes(pair & 0xffff));
      gradient += pair >> 16;
      hessian += pair & 0xffff;
    }
    assert.ok(Math.abs(gradient / rows + 0.61 * 7) < 0.02 && Math.abs(hessian / rows - 0.37 * 15) < 0.02);
  });
});
