import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '@trainyard/data';
import { ObliviousEngine } from '@trainyard/kernels';
import type { Loss } from './loss.js';
import { OrderedBoosting } from './ordered-boosting.js';

const ROWS = 40;
const LOSS: Loss = {
  ...{ kind: 'squared', parameter: 0, outputs: 1, factor: 1, offset: 0, link: 'identity' },
  init: new Float64Array(1),
};
const LAMBDA = 1;
const RATE = 0.5;

/** Gradients plus labels, which are the scores of the supporting models, after `trees` trees of fixed random leaves. */
async function scoresAfter(trees: number, labels: Float32Array, order: Uint32Array): Promise<Float64Array> {
  const engine = await ObliviousEngine.create({
    ...{ rows: ROWS, numeric: 0, features: 1, outputs: 1, depth: 2, threads: 1, sampleRows: ROWS },
  });
  try {
    engine.labels.set(labels);
    engine.weights.fill(1);
    const ordered = new OrderedBoosting(engine, LOSS, [order], LAMBDA, RATE, 2);
    const random = createRandom(3);
    for (let tree = 0; tree < trees; tree++) {
      for (let row = 0; row < ROWS; row++) engine.leaf[row] = random.integer(4);
      ordered.update(0, 4);
    }
    ordered.writeGradients(0);
    return Float64Array.from(labels, (y, row) => engine.gradients[row]! + y);
  } finally {
    await engine.close();
  }
}

describe('ordered boosting', () => {
  const random = createRandom(9);
  const order = random.shuffle(Uint32Array.from({ length: ROWS }, (_, i) => i));
  const labels = Float32Array.from({ length: ROWS }, () => Math.round(random.normal() * 8) / 8);

  it('scores each row by models that saw neither it nor the rows after it', async () => {
    const before = await scoresAfter(5, labels, order);
    for (const place of [0, 1, 7, 20, ROWS - 1]) {
      const changed = labels.slice();
      changed[order[place]!]! += 64;
      const after = await scoresAfter(5, changed, order);
      for (let i = 0; i <= place; i++) {
        assert.ok(Math.abs(after[order[i]!]! - before[order[i]!]!) < 1e-4, `row ${i} of the order, ${place} changed`);
      }
    }
    const changed = labels.slice();
    changed[order[0]!]! += 64;
    const after = await scoresAfter(5, changed, order);
    assert.notEqual(after[order[ROWS - 1]!], before[order[ROWS - 1]!], 'rows before do count');
  });

  it('gives the leaf values of the longest prefix of 1, 2, 4, ... rows before a row', async () => {
    const scores = await scoresAfter(1, labels, order);
    const leaves = createRandom(3);
    const leaf = Array.from({ length: ROWS }, () => leaves.integer(4));
    for (let place = 1; place < ROWS; place++) {
      const prefix = order.subarray(0, 2 ** Math.floor(Math.log2(place)));
      const own = [...prefix].filter((row) => leaf[row] === leaf[order[place]!]);
      const expected = (RATE * own.reduce((sum, row) => sum + labels[row]!, 0)) / (own.length + LAMBDA);
      assert.ok(Math.abs(scores[order[place]!]! - expected) < 1e-5, `place ${place}`);
    }
  });
});
