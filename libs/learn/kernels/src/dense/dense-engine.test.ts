import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { COVARIANCE_KINDS, type Covariance, DenseEngine } from './dense-engine.js';

const FEATURES = 3;
const breathe = async () => {};

/** The same in plain TypeScript. */
function correlation({ kind, variance, shape }: Covariance, square: number): number {
  const d = Math.sqrt(square);
  const value = {
    rbf: Math.exp(-square / 2),
    matern32: (1 + Math.sqrt(3) * d) * Math.exp(-Math.sqrt(3) * d),
    matern52: (1 + Math.sqrt(5) * d + (5 * square) / 3) * Math.exp(-Math.sqrt(5) * d),
    rational_quadratic: (1 + square / (2 * shape)) ** -shape,
  }[kind];
  return variance * value;
}

async function engineWith(size: number, threads: number, covariance: Covariance) {
  const random = sequence(size);
  const points = Array.from({ length: size }, () => Array.from({ length: FEATURES }, () => random() * 3));
  const engine = await DenseEngine.create({ size, features: FEATURES, threads });
  points.forEach((point, i) => {
    engine.points.set(point, i * engine.width);
  });
  await engine.covariance(covariance, breathe);
  for (let i = 0; i < size; i++) engine.a[i * engine.order + i]! += 0.1;
  const entry = (i: number, j: number) => {
    const square = points[i]!.reduce((sum, value, f) => sum + (value - points[j]![f]!) ** 2, 0);
    return correlation(covariance, square) + (i === j ? 0.1 : 0);
  };
  return { engine, entry, points };
}

const near = (a: number, b: number, tolerance: number) => assert.ok(Math.abs(a - b) < tolerance, `${a} is ${b}`);

describe('dense engine', () => {
  for (const kind of COVARIANCE_KINDS) {
    it(`factorises and inverts ${kind} covariances`, async () => {
      const size = 147;
      const { engine, entry } = await engineWith(size, 1, { kind, variance: 2, shape: 0.7 });
      const { order, a, b } = engine;
      for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) near(a[i * order + j]!, entry(i, j), 1e-12);
      assert.equal(await engine.factorise(breathe), true);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          let product = 0;
          for (let k = 0; k <= j; k++) product += a[i * order + k]! * a[j * order + k]!;
          near(product, entry(i, j), 1e-11);
        }
      }
      b.fill(0);
      for (let i = 0; i < order; i++) b[i * order + i] = 1;
      await engine.solveRows(order, true, breathe);
      a.fill(0);
      await engine.subtractOuter(breathe);
      // Now the lower triangle of A is minus the inverse.
      const inverse = (i: number, j: number) => -(i >= j ? a[i * order + j]! : a[j * order + i]!);
      for (let i = 0; i < size; i += 13) {
        for (let j = 0; j < size; j++) {
          let product = 0;
          for (let k = 0; k < size; k++) product += entry(i, k) * inverse(k, j);
          near(product, i === j ? 1 : 0, 1e-9);
        }
      }
      await engine.close();
    });

    it(`knows the derivatives of ${kind} covariances`, async () => {
      const size = 70;
      const covariance = { kind, variance: 1.5, shape: 0.7 };
      const { engine, points } = await engineWith(size, 1, covariance);
      engine.a.forEach((_, at) => {
        engine.a[at] = Math.sin(at);
      });
      const sum = (change: { v?: number; s?: number; scale?: number }) => {
        const changed = { kind, variance: 1.5 * Math.exp(change.v ?? 0), shape: 0.7 * Math.exp(change.s ?? 0) };
        let total = 0;
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < i; j++) {
            const squares = points[i]!.map((value, f) => {
              const by = f === 1 ? Math.exp(-(change.scale ?? 0)) : 1;
              return ((value - points[j]![f]!) * by) ** 2;
            });
            total += Math.sin(i * engine.order + j) * correlation(changed, squares[0]! + squares[1]! + squares[2]!);
          }
        }
        return total;
      };
      const slopes = await engine.slopes(covariance, breathe);
      const h = 1e-5;
      near(slopes.logVariance, (sum({ v: h }) - sum({ v: -h })) / (2 * h), 1e-6);
      near(slopes.logScales[1]!, (sum({ scale: h }) - sum({ scale: -h })) / (2 * h), 1e-6);
      if (kind === 'rational_quadratic') near(slopes.logShape, (sum({ s: h }) - sum({ s: -h })) / (2 * h), 1e-6);
      await engine.close();
    });
  }

  it('solves rows, and says when a matrix is not positive definite', async () => {
    const { engine, entry } = await engineWith(90, 1, { kind: 'rbf', variance: 1, shape: 1 });
    const { order, b, a } = engine;
    assert.equal(await engine.factorise(breathe), true);
    for (let r = 0; r < 8; r++) for (let i = 0; i < order; i++) b[r * order + i] = i < 90 ? entry(r, i) : 0;
    await engine.solveRows(8, false, breathe);
    // L y = K e_r, so y is row r of L.
    for (let r = 0; r < 8; r++)
      for (let i = 0; i < 90; i++) near(b[r * order + i]!, i <= r ? a[r * order + i]! : 0, 1e-10);
    await engine.covariance({ kind: 'rbf', variance: 1, shape: 1 }, breathe);
    a[70 * order + 70] = -1;
    assert.equal(await engine.factorise(breathe), false);
    await engine.close();
  });

  it('is the same on one thread and on two', async () => {
    const factors = [];
    for (const threads of [1, 2]) {
      const { engine } = await engineWith(200, threads, { kind: 'matern52', variance: 1, shape: 1 });
      await engine.factorise(breathe);
      factors.push(engine.a.slice());
      await engine.close();
    }
    assert.deepEqual(factors[0], factors[1]);
  });
});
