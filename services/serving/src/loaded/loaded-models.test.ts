import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LoadedModels } from './loaded-models.js';
import type { ServedPredictor } from './predictor.js';

const predictor: ServedPredictor = {
  task: 'binary' as const,
  classes: undefined,
  inputs: [],
  window: undefined,
  blank: {},
  predictInstances: () => [{ prediction: 1 }],
  watchDrift: () => undefined,
};

function modelsOf(max: number, reads: string[] = []) {
  const get = async (digest: string) => {
    reads.push(digest);
    if (digest === 'missing') throw Object.assign(new Error('gone'), { code: 'ARTIFACT_NOT_FOUND' });
    return Buffer.from(digest);
  };
  const open = (bytes: Uint8Array): ServedPredictor => {
    if (Buffer.from(bytes).toString() !== 'cannot-predict') return predictor;
    return { ...predictor, predictInstances: () => assert.fail('it cannot predict') };
  };
  return new LoadedModels({ get }, open, max);
}

describe('LoadedModels', () => {
  test('many callers at once load a model once', async () => {
    const reads: string[] = [];
    const models = modelsOf(2, reads);
    await Promise.all([models.load('a'), models.load('a'), models.load('a')]);
    await models.load('a');
    assert.deepEqual(reads, ['a']);
  });

  test('drops the model that was used longest ago', async () => {
    const models = modelsOf(2);
    await models.load('a');
    await models.load('b');
    models.peek('a');
    await models.load('c');
    assert.equal(models.size, 2);
    assert.ok(models.peek('a') && models.peek('c'));
    assert.equal(models.peek('b'), undefined);
  });

  test('what cannot be read or cannot predict is not kept', async () => {
    const models = modelsOf(2);
    await assert.rejects(models.load('missing'), { code: 'ARTIFACT_NOT_FOUND' });
    await assert.rejects(models.load('cannot-predict'), /cannot predict/);
    assert.equal(models.size, 0);
  });
});
