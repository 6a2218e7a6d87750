import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BoostingEngine } from '@trainyard/kernels';
import { encodeArtifact } from '../codec.js';
import { HistogramSlots } from './histogram-slots.js';
import { fitLightGBM, mixedData } from './test-data.js';

describe('histogram slots', () => {
  it('hands out free slots first, then the one of the leaf with the least gain', () => {
    const leaves = [2, 1, 3].map((gain) => ({ gain, slot: -1 }));
    const slots = new HistogramSlots(3, leaves);
    for (const leaf of leaves) leaf.slot = slots.take();
    assert.deepEqual(
      leaves.map((leaf) => leaf.slot),
      [0, 1, 2],
    );
    assert.equal(slots.take(), 1);
    assert.equal(leaves[1]!.slot, -1);
    slots.release(leaves[2]!.slot);
    leaves[2]!.slot = -1;
    assert.equal(slots.take(), 2);
  });

  it('too few for all leaves grow the same trees, building histograms anew', async () => {
    const data = mixedData('binary', 3000);
    const plain = await fitLightGBM(data, { n_estimators: 5 });
    const slots = Object.getOwnPropertyDescriptor(BoostingEngine.prototype, 'slots')!;
    Object.defineProperty(BoostingEngine.prototype, 'slots', { ...slots, get: () => 3 });
    try {
      const scarce = await fitLightGBM(data, { n_estimators: 5 });
      assert.deepEqual(encodeArtifact(scarce.save()), encodeArtifact(plain.save()));
    } finally {
      Object.defineProperty(BoostingEngine.prototype, 'slots', slots);
    }
  });
});
