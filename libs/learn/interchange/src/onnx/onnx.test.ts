import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearnError } from '@trainyard/data';
import { pipelineFromJSON } from '@trainyard/features';
import { smallModel } from '../test-model.js';
import { OnnxGraph } from './graph.js';
import { toOnnx } from './write.js';

const IDENTITY = { shift: 0, factor: 1, fill: null };
const features = ['a', 'code', 'b'].map((name) => ({
  ...{ kind: 'numeric', name, boolean: false, scale: IDENTITY },
  ...{ min: 0, max: 1, example: 0 },
}));
const pipeline = pipelineFromJSON({ format: 'trainyard.pipeline', version: 1, features, warnings: [] });

test('the same model gives the same bytes, with its inputs and classes in the metadata', async () => {
  const source = { artifact: await smallModel('binary'), pipeline, task: 'binary', classes: ['no', 'yes'] } as const;
  const bytes = toOnnx(source);
  assert.deepEqual(toOnnx(source), bytes);
  const text = Buffer.from(bytes).toString('latin1');
  for (const part of ['trainyard', 'TreeEnsembleRegressor', 'BRANCH_EQ', '["a","code","b"]', '["no","yes"]', 'label']) {
    assert.ok(text.includes(part), part);
  }
});

test('a model without an exporter is refused by its format', async () => {
  const artifact = { format: 'someone.elses', version: 1, manifest: {}, arrays: {} };
  assert.throws(
    () => toOnnx({ artifact, pipeline, task: 'regression' }),
    (error: unknown) =>
      error instanceof LearnError && error.code === 'OPTION_UNSUPPORTED' && /someone\.elses/.test(error.message),
  );
});

test('a column may have the name of an output', () => {
  const graph = new OnnxGraph();
  graph.output(graph.input('label', 'float'), 'label', 'float', ['N', 1]);
  assert.ok(Buffer.from(graph.encode('g', {})).includes('label_out'));
});
