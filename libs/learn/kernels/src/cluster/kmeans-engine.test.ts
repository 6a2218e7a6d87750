import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { KMeansEngine } from './engine.js';

const none = async () => {};

async function engineWith(rows: number, features: number, clusters: number, threads: number): Promise<KMeansEngine> {
  const engine = await KMeansEngine.create({ rows, features, clusters, threads }, none);
  const random = sequence(rows + features + clusters);
  for (let i = 0; i < rows; i++) {
    const scale = i % 50 === 0 ? 1000 : 1;
    for (let j = 0; j < features; j++) engine.rows[i * engine.stride + j] = scale * (random() + random() - 1);
    engine.weights[i] = i % 7 === 0 ? 0 : 0.1 + random();
  }
  for (let c = 0; c < clusters; c++) {
    for (let j = 0; j < features; j++) engine.centres[c * engine.stride + j] = random() + random() - 1;
  }
  await engine.prepareRows();
  return engine;
}

/** The nearest centre of each row, by a plain f64 loop. */
function nearest({ rows, centres, stride, labels }: KMeansEngine, clusters: number): number[] {
  return Array.from(labels, (_, i) => {
    let own = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let c = 0; c < clusters; c++) {
      let distance = 0;
      for (let j = 0; j < stride; j++) distance += (rows[i * stride + j]! - centres[c * stride + j]!) ** 2;
      if (distance < least) {
        least = distance;
        own = c;
      }
    }
    return own;
  });
}

describe('KMeansEngine labels rows as a plain loop does, while centres move', () => {
  for (const [features, clusters, threads] of [
    [1, 1, 1],
    [2, 5, 1],
    [13, 20, 2],
    [30, 33, 1],
    [8, 100, 2],
  ] as const) {
    it(`${features} features, ${clusters} clusters, ${threads} threads`, async () => {
      const engine = await engineWith(700, features, clusters, threads);
      let skipped = 0;
      for (let iteration = 0; iteration < 12; iteration++) {
        engine.placeCentres();
        const { scanned } = await engine.assign();
        skipped += 700 - scanned;
        assert.deepEqual([...engine.labels], nearest(engine, clusters));
        const { sums, weights } = engine.sums();
        const plain = new Float64Array(clusters);
        engine.labels.forEach((label, i) => {
          plain[label]! += engine.weights[i]!;
        });
        for (let c = 0; c < clusters; c++) {
          assert.ok(Math.abs(weights[c]! - plain[c]!) < 1e-9);
          for (let j = 0; j < features && weights[c]! > 0; j++) {
            engine.centres[c * engine.stride + j] = sums[c * engine.stride + j]! / weights[c]!;
          }
        }
      }
      assert.ok(clusters === 1 || skipped > 0, 'bounds spare some rows');
      await engine.close();
    });
  }

  it('adds rows up to the same bits in any order of moves', async () => {
    const engine = await engineWith(700, 5, 4, 1);
    engine.placeCentres();
    await engine.assign();
    const first = engine.sums();
    const centres = engine.centres.slice();
    engine.centres.reverse();
    engine.placeCentres();
    await engine.assign();
    engine.centres.set(centres);
    engine.placeCentres();
    await engine.assign();
    assert.deepEqual(engine.sums(), first);
    await engine.close();
  });
});
