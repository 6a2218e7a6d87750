import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleDataset } from '../checks/sample-data.js';
import { encodeArtifact } from '../codec.js';
import { createModel } from '../definition.js';
import { extraTrees, randomForest } from './index.js';

/** Large enough for threads, and for steps that end in the middle of a tree. */
const SHAPE = { rows: 3000, cols: 10 };
const CASES = [
  { definition: randomForest, task: 'multiclass', kind: 'packed counts', params: {} },
  { definition: randomForest, task: 'multiclass', kind: 'weights', params: { class_weight: 'balanced_subsample' } },
  { definition: extraTrees, task: 'binary', kind: 'entropy', params: { criterion: 'entropy' } },
  { definition: randomForest, task: 'regression', kind: 'squares', params: { min_samples_leaf: 3 } },
] as const;

describe('a forest is the same, byte for byte, on one thread, two and three', () => {
  for (const { definition, task, kind, params } of CASES) {
    it(`${definition.name}, ${kind}`, async () => {
      const data = sampleDataset(task, SHAPE);
      const grow = async (threads: number): Promise<Uint8Array> => {
        const model = createModel(definition, { n_estimators: 24, ...params }, task);
        await model.fit(data, { seed: 5, threads });
        return encodeArtifact(model.save());
      };
      const one = await grow(1);
      assert.deepEqual(await grow(2), one);
      assert.deepEqual(await grow(3), one);
    });
  }
});
