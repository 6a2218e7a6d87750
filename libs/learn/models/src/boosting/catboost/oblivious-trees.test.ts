import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ModelArtifact } from '../../artifact.js';
import { createModel } from '../../definition.js';
import { mixedData } from '../test-data.js';
import { catboost } from './catboost.js';

describe('a saved catboost', () => {
  const data = mixedData('multiclass', 300, 4);
  const saved = async (): Promise<ModelArtifact> => {
    const model = createModel(catboost, { iterations: 3, depth: 3 }, 'multiclass');
    await model.fit(data, { seed: 1 });
    return model.save();
  };

  it('is refused when an index lies outside its array', async () => {
    const artifact = await saved();
    const damage: Record<string, (array: never) => unknown> = {
      splitFeature: (array: Int32Array) => array.map((f, i) => (i === 0 ? 1000 : f)),
      splitBin: (array: Uint8Array) => array.subarray(1),
      column: (array: Int32Array) => array.map(() => 4),
      depth: (array: Int32Array) => array.map(() => 17),
      leafValue: (array: Float32Array) => array.subarray(1),
      cuts: (array: Float32Array) => array.slice().reverse(),
      tableStart: (array: Int32Array) => array.map((at) => at + 1),
      kind: (array: Uint8Array) => array.map(() => 9),
      init: (array: Float64Array) => array.subarray(1),
    };
    catboost.load(artifact);
    for (const [name, change] of Object.entries(damage)) {
      const arrays = { ...artifact.arrays, [name]: change(artifact.arrays[name] as never) } as ModelArtifact['arrays'];
      assert.throws(() => catboost.load({ ...artifact, arrays }), /damaged|cannot have/, name);
    }
  });
});
