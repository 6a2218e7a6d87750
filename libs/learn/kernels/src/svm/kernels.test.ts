import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence, TestMemory } from '../test-memory.js';
import { KERNEL, type SvmKernels } from './kernels.js';

function matrix(rows: number, cols: number, seed: number): Float32Array {
  const random = sequence(seed);
  return Float32Array.from({ length: rows * cols }, () => random() * 4 - 2);
}

/** The kernel in f64, value by value. */
function reference(a: Float32Array, b: Float32Array, kind: keyof typeof KERNEL): number {
  let dot = 0;
  let square = 0;
  a.forEach((value, j) => {
    dot += value * b[j]!;
    square += (value - b[j]!) ** 2;
  });
  const inner = 0.07 * dot + 0.4;
  return { linear: dot, rbf: Math.exp(-0.07 * square), poly: inner ** 3, sigmoid: Math.tanh(inner) }[kind];
}

function computed(x: Float32Array, n: number, cols: number, rows: Int32Array, kind: keyof typeof KERNEL) {
  const memory = new TestMemory<SvmKernels>();
  const { kernels } = memory;
  const at = memory.place(x);
  const width = Math.ceil(n / 8) * 8;
  const panels = memory.reserve(width * cols * 4);
  const norms = memory.reserve(width * 4);
  kernels.packPanels(at, 0, n, cols, 8, panels);
  kernels.squaredNorms(at, n, cols, norms);
  const batch = memory.reserve((rows.length + 3) * cols * 4);
  kernels.packPanels(at, memory.place(rows), rows.length, cols, 4, batch);
  const rowNorms = memory.place(Float32Array.from(rows, (row) => memory.floats(norms, n)[row]!));
  const out = memory.reserve(rows.length * width * 4);
  const outs = memory.place(Uint32Array.from(rows, (_, i) => out + i * width * 4));
  kernels.kernelRows(
    ...([batch, rowNorms, rows.length, cols, panels, norms, 0, width / 8, outs] as const),
    ...([KERNEL[kind], 0.07, 0.4, 3] as const),
  );
  return Array.from(rows, (_, i) => memory.floats(out + i * width * 4, n).slice());
}

describe('kernel rows', () => {
  for (const kind of ['linear', 'rbf', 'poly', 'sigmoid'] as const) {
    it(`of ${kind} are those of the definition, for any number of rows, columns and features`, () => {
      for (const [n, cols, q] of [
        [1, 1, 1],
        [9, 3, 2],
        [16, 8, 4],
        [21, 5, 7],
      ] as const) {
        const x = matrix(n, cols, n);
        const rows = Int32Array.from({ length: q }, (_, i) => (i * 5) % n);
        const found = computed(x, n, cols, rows, kind);
        const row = (i: number) => x.subarray(i * cols, (i + 1) * cols);
        rows.forEach((r, i) => {
          for (let c = 0; c < n; c++) {
            const expected = reference(row(r), row(c), kind);
            const error = Math.abs(found[i]![c]! - expected) / Math.max(1, Math.abs(expected));
            assert.ok(error < 2e-6, `${kind} ${r}, ${c} of ${n} x ${cols}: ${found[i]![c]} is not ${expected}`);
          }
        });
      }
    });
  }

  it('are symmetric bit for bit', () => {
    const n = 23;
    const x = matrix(n, 6, 4);
    const rows = Int32Array.from({ length: n }, (_, i) => i);
    const found = computed(x, n, 6, rows, 'rbf');
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) assert.equal(found[i]![j], found[j]![i]);
  });

  it('of far values underflow to 0 or near it, not to nonsense', () => {
    const x = Float32Array.of(0, 1000, -1000);
    const [row] = computed(x, 3, 1, Int32Array.of(0), 'rbf');
    assert.equal(row![0], 1);
    assert.ok(row![1]! < 1e-37 && row![2]! < 1e-37);
  });
});

describe('sums over rows', () => {
  it('weightedSum is the sum of products from any start', () => {
    const memory = new TestMemory<SvmKernels>();
    const row = memory.place(matrix(1, 40, 7));
    const coefficients = memory.place(Float64Array.from(matrix(1, 40, 8)));
    for (const [from, n] of [
      [0, 40],
      [1, 3],
      [3, 18],
      [5, 0],
    ] as const) {
      let expected = 0;
      for (let i = from; i < from + n; i++)
        expected += memory.floats(row, 40)[i]! * memory.doubles(coefficients, 40)[i]!;
      const found = memory.kernels.weightedSum(row + from * 4, coefficients + from * 8, n);
      assert.ok(Math.abs(found - expected) < 1e-12);
    }
  });

  it('addRows gives the same bits in one range and in many', () => {
    const memory = new TestMemory<SvmKernels>();
    const rows = [1, 2, 3].map((seed) => memory.place(matrix(1, 50, seed)));
    const addresses = memory.place(Uint32Array.from(rows));
    const deltas = memory.place(Float64Array.of(0.3, -1.7, 2.2));
    const whole = memory.reserve(50 * 8);
    const parts = memory.reserve(50 * 8);
    memory.kernels.addRows(addresses, deltas, 3, whole, 0, 50);
    for (const [from, to] of [
      [0, 7],
      [7, 8],
      [8, 50],
    ] as const)
      memory.kernels.addRows(addresses, deltas, 3, parts, from, to);
    assert.deepEqual([...memory.doubles(parts, 50)], [...memory.doubles(whole, 50)]);
    const expected = 0.3 * memory.floats(rows[0]!, 50)[9]! - 1.7 * memory.floats(rows[1]!, 50)[9]!;
    assert.ok(Math.abs(memory.doubles(whole, 50)[9]! - expected - 2.2 * memory.floats(rows[2]!, 50)[9]!) < 1e-12);
  });
});

describe('smo', () => {
  it('ends where no pair violates the conditions, inside the bounds, with the sum kept', () => {
    const memory = new TestMemory<SvmKernels>();
    const n = 30;
    const x = matrix(n, 3, 9);
    const square = Float32Array.from(
      Array.from({ length: n }, (_, i) => computed(x, n, 3, Int32Array.of(i), 'rbf')[0]!).flatMap((row) => [...row]),
    );
    const kernel = memory.place(square);
    const sign = (i: number) => (i % 3 === 0 ? 1 : -1);
    const b = memory.reserve(n * 8);
    const g = memory.place(Float64Array.from({ length: n }, (_, i) => -sign(i)));
    const low = memory.place(Float64Array.from({ length: n }, (_, i) => (sign(i) > 0 ? 0 : -0.7)));
    const high = memory.place(Float64Array.from({ length: n }, (_, i) => (sign(i) > 0 ? 0.7 : 0)));
    const out = memory.reserve(8);
    assert.ok(memory.kernels.smo(kernel, n * 4, n, b, g, low, high, 1e-6, 100_000, out) > 0);
    assert.ok(memory.doubles(out, 1)[0]! < 1e-6);
    const found = memory.doubles(b, n);
    let top = -Infinity;
    let bottom = Infinity;
    for (let i = 0; i < n; i++) {
      let gradient = -sign(i);
      for (let j = 0; j < n; j++) gradient += found[j]! * square[i * n + j]!;
      const [least, most] = sign(i) > 0 ? [0, 0.7] : [-0.7, 0];
      assert.ok(found[i]! >= least! && found[i]! <= most!);
      if (found[i]! < most!) top = Math.max(top, -gradient);
      if (found[i]! > least!) bottom = Math.min(bottom, -gradient);
    }
    assert.ok(top - bottom < 1e-5, `violation ${top - bottom}`);
    assert.ok(Math.abs(found.reduce((sum, value) => sum + value, 0)) < 1e-12);
  });
});
