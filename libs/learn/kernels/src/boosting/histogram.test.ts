import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence, TestMemory } from '../test-memory.js';
import type { BoostingKernels } from './kernels.js';

const ROWS = 3000;

/** Bins, pairs and a leaf of scattered rows over `width` features. */
function sample(width: number) {
  const random = sequence(width);
  const bins = Uint8Array.from({ length: ROWS * width }, () => Math.floor(random() * 256));
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i).filter(() => random() < 0.6);
  const gradient = Int32Array.from({ length: ROWS }, () => Math.floor(random() * 15) - 7);
  const hessian = Int32Array.from({ length: ROWS }, () => Math.floor(random() * 16));
  return { bins, rows, gradient, hessian };
}

/** The same histogram in plain TypeScript: sums[feature][bin] = [gradient, hessian]. */
function reference(width: number, { bins, rows, gradient, hessian }: ReturnType<typeof sample>): [number, number][][] {
  const sums = Array.from({ length: width }, () => Array.from({ length: 256 }, (): [number, number] => [0, 0]));
  for (const row of rows) {
    for (let f = 0; f < width; f++) {
      const cell = sums[f]![bins[row * width + f]!]!;
      cell[0] += gradient[row]!;
      cell[1] += hessian[row]!;
    }
  }
  return sums;
}

for (const width of [4, 12, 16, 44, 48]) {
  describe(`histograms of ${width} features`, () => {
    const data = sample(width);
    const expected = reference(width, data).flat();

    it('packed, flushed to 32 | 32, and wide agree with plain sums', () => {
      const memory = new TestMemory<BoostingKernels>();
      const { kernels } = memory;
      const pairs = memory.place(data.gradient.map((g, i) => (g << 16) + data.hessian[i]!));
      const [rows, bins] = [memory.place(data.rows), memory.place(data.bins)];
      const accumulator = memory.reserve(width * 1024);
      const flushed = memory.reserve(width * 2048);
      const half = data.rows.length >> 1;
      kernels[`packed${width}`]!(rows, half, pairs, bins, width, accumulator);
      kernels.flushPacked(accumulator, flushed, width * 256, 1);
      kernels[`packed${width}`]!(rows + half * 4, data.rows.length - half, pairs, bins, width, accumulator);
      kernels.flushPacked(accumulator, flushed, width * 256, 0);
      assert.deepEqual(memory.packedCells(flushed, width * 256), expected);
      const wide = memory.reserve(width * 2048);
      kernels[`wide${width}`]!(rows, data.rows.length, pairs, bins, width, wide);
      assert.deepEqual(memory.packedCells(wide, width * 256), expected);
      kernels.subtractPacked(flushed, wide, width * 2048);
      assert.ok(memory.words(flushed, width * 512).every((word) => word === 0));
    });

    it('shared, of four outputs at once, agree with plain sums', () => {
      const memory = new TestMemory<BoostingKernels>();
      const pairs = memory.place(
        Int32Array.from({ length: ROWS * 4 }, (_, i) => {
          const row = i >> 2;
          return i % 4 === 2 ? (data.gradient[row]! << 16) + data.hessian[row]! : i % 7;
        }),
      );
      const [rows, bins] = [memory.place(data.rows), memory.place(data.bins)];
      const accumulator = memory.reserve(width * 4096);
      const flushed = memory.place(new Int32Array(width * 512).fill(99));
      const half = data.rows.length >> 1;
      for (const [at, n, first] of [
        [rows, half, 1],
        [rows + half * 4, data.rows.length - half, 0],
      ] as const) {
        memory.kernels[`shared${width}`]!(at, n, pairs, bins, width, accumulator);
        memory.kernels.flushShared(accumulator + 8, flushed, width * 256, first);
        memory.kernels.clear(accumulator, width * 4096);
      }
      assert.deepEqual(memory.packedCells(flushed, width * 256), expected);
    });

    it('exact agree with plain sums', () => {
      const memory = new TestMemory<BoostingKernels>();
      const values = Float32Array.from({ length: ROWS * 2 }, (_, i) => (i % 2 ? data.hessian : data.gradient)[i >> 1]!);
      const [pairs, rows, bins] = [memory.place(values), memory.place(data.rows), memory.place(data.bins)];
      const out = memory.reserve(width * 4096);
      memory.kernels[`exact${width}`]!(rows, data.rows.length, pairs, bins, width, out);
      assert.deepEqual([...memory.doubles(out, width * 512)], expected.flat());
    });
  });
}

describe('partition', () => {
  it('is stable and follows the table', () => {
    const memory = new TestMemory<BoostingKernels>();
    const { bins, rows } = sample(4);
    const goesLeft = Uint8Array.from({ length: 256 }, (_, bin) => (bin % 3 === 0 ? 1 : 0));
    const at = memory.place(rows);
    const spare = memory.reserve(rows.byteLength);
    const left = memory.kernels.partitionStrided(at, rows.length, memory.place(bins), 1, memory.place(goesLeft), spare);
    const isLeft = (row: number): boolean => goesLeft[bins[row]!] === 1;
    const expected = [...rows.filter(isLeft), ...rows.filter((row) => !isLeft(row))];
    assert.equal(left, rows.filter(isLeft).length);
    assert.deepEqual([...memory.words(at, rows.length)], expected);
    const again = memory.place(rows);
    const rowMajor = memory.place(Uint8Array.from(bins, (_, i) => (i % 4 ? 0 : bins[i >> 2]!)));
    memory.kernels.partitionStrided(again, rows.length, rowMajor, 4, memory.place(goesLeft), spare);
    assert.deepEqual([...memory.words(again, rows.length)], expected, 'the same from bins row by row');
  });
});

describe('bins', () => {
  it('sorts floats of either sign, -0 as 0 and NaN last', () => {
    const memory = new TestMemory<BoostingKernels>();
    const random = sequence(3);
    const values = Float32Array.from({ length: 5000 }, () => (random() - 0.5) * 10 ** (random() * 20 - 10));
    values[0] = Number.POSITIVE_INFINITY;
    values[1] = Number.NEGATIVE_INFINITY;
    values.set([-0, 0, Number.NaN, -Number.NaN], 2);
    const to = memory.reserve(values.byteLength);
    memory.kernels.sortFloats(memory.place(values), to, values.length, memory.reserve(8192));
    assert.deepEqual([...memory.floats(to, values.length)], [...values.map((value) => value + 0).toSorted()]);
  });

  it('counts the cuts below any value', () => {
    const memory = new TestMemory<BoostingKernels>();
    const random = sequence(8);
    for (const n of [0, 1, 15, 16, 17, 100, 254]) {
      const cuts = new Float32Array(256).fill(Number.POSITIVE_INFINITY);
      cuts.set(Float32Array.from({ length: n }, () => random() - 0.5).sort());
      const values = Float32Array.from({ length: 2000 }, (_, i) => (i < n ? cuts[i]! : random() - 0.5));
      const byRow = memory.reserve(2000);
      memory.kernels.binPanel(memory.place(values), 2000, 1, 1, memory.place(cuts), byRow, 1, 0, 2000);
      const expected = [...values].map((value) => 1 + cuts.filter((cut) => cut < value).length);
      assert.deepEqual([...memory.bytes(byRow, 2000)], expected);
    }
  });

  it('counts the cuts below a value, and gives NaN bin 0', () => {
    const memory = new TestMemory<BoostingKernels>();
    const cuts = new Float32Array(512).fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 254; i++) cuts[i] = i;
    cuts[256] = 0.5;
    const values = Float32Array.of(-5, 0.5, 0, 0.6, 253.5, Number.NaN, Number.NaN, 0, 1e30, 1);
    const byRow = memory.reserve(64);
    const byColumn = memory.reserve(64);
    memory.kernels.binPanel(memory.place(values), 5, 2, 2, memory.place(cuts), byRow, 4, byColumn, 5);
    assert.deepEqual([...memory.bytes(byColumn, 10)], [1, 1, 255, 0, 255, 1, 2, 0, 1, 2]);
    assert.deepEqual(
      [...memory.bytes(byRow, 20)].filter((_, i) => i % 4 < 2),
      [1, 1, 1, 2, 255, 0, 0, 1, 255, 2],
    );
  });
});
