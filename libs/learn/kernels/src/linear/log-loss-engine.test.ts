import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { LogLossEngine } from './log-loss-engine.js';

const ROWS = 700;
const FEATURES = 13;

/** Random data with a row of extreme scores and some weights of 0. */
function problem(outputs: number) {
  const random = sequence(5);
  const x = Float32Array.from({ length: ROWS * FEATURES }, () => random() * 4 - 2);
  x.fill(40, 0, FEATURES);
  const labels = Int32Array.from({ length: ROWS }, () => Math.floor(random() * Math.max(2, outputs)));
  const weights = Float32Array.from({ length: ROWS }, (_, i) => (i % 7 === 0 ? 0 : random() * 2));
  const coefficients = Float64Array.from({ length: outputs * (FEATURES + 1) }, () => random() * 2 - 1);
  return { x, labels, weights, coefficients, outputs };
}

type Problem = ReturnType<typeof problem>;

/** The same in plain TypeScript. */
function reference({ x, labels, weights, coefficients, outputs }: Problem, from: number, to: number) {
  const gradient = new Float64Array(coefficients.length);
  let loss = 0;
  for (let i = from; i < to; i++) {
    const scores = Array.from({ length: outputs }, (_, c) => {
      let sum = coefficients[c * (FEATURES + 1) + FEATURES]!;
      for (let j = 0; j < FEATURES; j++) sum += coefficients[c * (FEATURES + 1) + j]! * x[i * FEATURES + j]!;
      return sum;
    });
    const all = outputs === 1 ? [0, scores[0]!] : scores;
    const most = Math.max(...all);
    const total = all.reduce((sum, s) => sum + Math.exp(s - most), 0);
    loss += weights[i]! * (most + Math.log(total) - all[labels[i]!]!);
    for (let c = 0; c < outputs; c++) {
      const own = outputs === 1 ? 1 : c;
      const residual = weights[i]! * (Math.exp(scores[c]! - most) / total - (labels[i] === own ? 1 : 0));
      for (let j = 0; j < FEATURES; j++) gradient[c * (FEATURES + 1) + j]! += residual * x[i * FEATURES + j]!;
      gradient[c * (FEATURES + 1) + FEATURES]! += residual;
    }
  }
  return { loss, gradient };
}

async function evaluated(data: Problem, precision: 'single' | 'double', threads: number, from: number, to: number) {
  const { outputs } = data;
  const engine = await LogLossEngine.create({ rows: ROWS, features: FEATURES, outputs, precision, threads });
  for (let i = 0; i < ROWS; i++) {
    engine.x.set(data.x.subarray(i * FEATURES, (i + 1) * FEATURES), i * engine.stride);
  }
  engine.labels.set(data.labels);
  engine.weights.set(data.weights);
  const gradient = new Float64Array(data.coefficients.length);
  const loss = await engine.evaluate({ from, to }, data.coefficients, gradient, async () => {});
  await engine.close();
  return { loss, gradient };
}

describe('log loss and gradient', () => {
  for (const outputs of [1, 3, 4, 7]) {
    for (const precision of ['single', 'double'] as const) {
      it(`${outputs} outputs in ${precision} precision are those of the plain loop`, async () => {
        const data = problem(outputs);
        for (const [from, to] of [
          [0, ROWS],
          [300, 611],
        ] as const) {
          const expected = reference(data, from, to);
          const found = await evaluated(data, precision, 1, from, to);
          const tolerance = (precision === 'single' ? 1e-5 : 1e-12) * Math.abs(expected.loss);
          assert.ok(Math.abs(found.loss - expected.loss) < tolerance, `${found.loss} is ${expected.loss}`);
          expected.gradient.forEach((g, i) => {
            assert.ok(Math.abs(found.gradient[i]! - g) < tolerance, `entry ${i}: ${found.gradient[i]} is ${g}`);
          });
        }
      });
    }
  }

  it('is the same on one thread and on three', async () => {
    const data = problem(3);
    const one = await evaluated(data, 'single', 1, 0, ROWS);
    assert.deepEqual(await evaluated(data, 'single', 3, 0, ROWS), one);
  });
});
