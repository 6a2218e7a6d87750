import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleDataset, slice } from '../../checks/sample-data.js';
import { encodeArtifact } from '../../codec.js';
import { createModel, type ModelArtifact, type ModelDefinition } from '../../index.js';
import type { Backend } from '../backend/backend.js';
import { locateTensorFlow } from '../backend/locate-tensorflow.js';
import { openBackend } from '../backend/open-backend.js';
import { WasmBackend } from '../direct/wasm-backend.js';
import { multiply, sum } from '../graph/arithmetic.js';
import { gradients } from '../graph/gradients.js';
import { type Flavour, Graph, sizeOf, type Value } from '../graph/graph.js';
import { gruModel, lstmModel, mlp, rnnModel, tcn, transformer } from '../index.js';
import { gru } from '../layers/gru.js';
import { inHalves } from '../layers/halves.js';
import { lstm } from '../layers/lstm.js';
import { numbers } from '../test-numbers.js';

const skip = locateTensorFlow(false) === undefined && 'TensorFlow is not set up: run npm run setup:tensorflow';
process.env.TRAINYARD_NEURAL_BACKEND = 'tensorflow';

type Weight = (name: string, ...shape: number[]) => Value;
type Layer = (graph: Graph, x: Value, weight: Weight, steps: number, last: boolean) => Value;

const lstmLayer: Layer = (graph, x, weight, steps, last) => {
  const weights = { kernel: weight('k', 5, 24), recurrent: weight('r', 6, 24), bias: weight('b', 24) };
  return inHalves(graph, x, steps, last, (part) => lstm(graph, part, weights, steps, last));
};
const gruLayer: Layer = (graph, x, weight, steps, last) => {
  const gates = { gateKernel: weight('gk', 5, 12), gateRecurrent: weight('gr', 6, 12), gateBias: weight('gb', 12) };
  const weights = { ...gates, kernel: weight('k', 5, 6), recurrent: weight('r', 6, 6), bias: weight('b', 6) };
  return inHalves(graph, x, steps, last, (part) => gru(graph, part, weights, steps, last));
};

/** Steps and rows: the last ones are learnt as two chains. */
const SHAPES = [
  [4, 3],
  [1, 2],
  [3, 66],
] as const;

interface Case {
  readonly layer: Layer;
  readonly steps: number;
  readonly rows: number;
  readonly last: boolean;
}

/** The outputs of a layer, and the derivatives of a loss by its inputs and by every weight. */
function run(backend: Backend, flavour: Flavour, { layer, steps, rows, last }: Case): Float32Array[] {
  const graph = new Graph(flavour);
  const all = new Map<string, Value>();
  const weight: Weight = (name, ...shape) => {
    const made = graph.weight(name, shape);
    all.set(name, made);
    return made;
  };
  const y = layer(graph, weight('x', steps * rows, 5), weight, steps, last);
  const factors = graph.constant(numbers(9, sizeOf(y.shape)), y.shape);
  const loss = sum(graph, multiply(graph, y, factors), [0, 1]);
  const outputs = flavour === 'direct' ? [y] : [y, ...gradients(graph, loss, [...all.values()])];
  const program = backend.compile(graph, { run: { outputs } });
  program.write(new Map([...all].map(([name, { shape }], i) => [name, numbers(i + 1, sizeOf(shape))])));
  const results = program.run('run', {});
  program.close();
  return results;
}

function assertNear(actual: readonly Float32Array[], expected: readonly Float32Array[], tolerance: number): void {
  actual.forEach((values, i) => {
    values.forEach((value, j) => {
      assert.ok(
        Math.abs(value - expected[i]![j]!) < tolerance,
        `output ${i}, entry ${j}: ${value}, ${expected[i]![j]}`,
      );
    });
  });
}

describe('fused kernels give the values and gradients of the plain operations', () => {
  for (const [name, layer] of Object.entries({ lstm: lstmLayer, gru: gruLayer })) {
    for (const last of [true, false]) {
      for (const [steps, rows] of SHAPES) {
        const one = { layer, steps, rows, last };
        const title = `${name}, ${rows} rows of ${steps}, ${last ? 'the last step' : 'all steps'}`;
        // A weight's gradient is a sum over rows and steps.
        const tolerance = 4e-7 * Math.max(6, rows * steps);
        it(`${title}: our own kernels`, () => {
          assertNear(run(new WasmBackend(), 'direct', one), run(new WasmBackend(), 'plain', one), 1e-6);
        });
        it(`${title}: TensorFlow's`, { skip }, async () => {
          const backend = await openBackend(2);
          const plain = run(backend, 'plain', one);
          assertNear(run(backend, 'tensorflow', one), plain, tolerance);
          assertNear(run(new WasmBackend(), 'plain', one), plain, tolerance);
        });
      }
    }
  }
});

const small = { epochs: 4, batch_size: 32, learning_rate: 0.01, seq_len: 3, dropout: 0 };
const MODELS: readonly [ModelDefinition, object][] = [
  [mlp, { hidden_layer_sizes: [8] }],
  [lstmModel, { hidden_size: 8, num_layers: 2, bidirectional: true }],
  [gruModel, { hidden_size: 8, num_layers: 2 }],
  [rnnModel, { hidden_size: 8 }],
  [tcn, { num_filters: 8, num_levels: 2 }],
  [transformer, { d_model: 8, num_heads: 2, num_layers: 1, dim_feedforward: 8 }],
];
const data = sampleDataset('multiclass', { rows: 150, cols: 6 });
const train = slice(data, 0, 100);
const validation = slice(data, 100, 150);

async function fit(definition: ModelDefinition, params: object, options: object = {}) {
  const model = createModel(definition, { ...small, ...params }, 'multiclass');
  const metrics = await model.fit(train, { seed: 3, validation, ...options });
  return { model, metrics };
}

describe('learning with TensorFlow', { skip }, () => {
  for (const [definition, params] of MODELS) {
    it(`${definition.name} learns what it learns with our own kernels`, async () => {
      const settings = { ...params, clip_norm: 0.5, weight_decay: 0.1 };
      const there = await fit(definition, settings);
      process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
      const here = await fit(definition, settings);
      process.env.TRAINYARD_NEURAL_BACKEND = 'tensorflow';
      assert.match(there.metrics.backend!, /^tensorflow \d/);
      assert.match(here.metrics.backend!, /^wasm/);
      assert.ok(Math.abs(there.metrics.validationLoss! - here.metrics.validationLoss!) < 1e-3);
      const [a, b] = [there, here].map(({ model }) => model.predict(validation.x).probabilities!);
      a!.forEach((p, i) => {
        assert.ok(Math.abs(p - b![i]!) < 2e-3, `${definition.name}: ${p} and ${b![i]}`);
      });
    });
  }

  it('gives the same bytes again, and resumed from a checkpoint, with dropout and early stopping', async () => {
    const params = { hidden_size: 8, dropout: 0.3, learning_rate_schedule: 'plateau' };
    const earlyStopping = { rounds: 2 };
    const saved: ModelArtifact[] = [];
    const save = async (artifact: ModelArtifact) => void saved.push(artifact);
    const whole = await fit(lstmModel, params, { earlyStopping, checkpoint: { everyIterations: 2, save } });
    const again = await fit(lstmModel, params, { earlyStopping });
    const resumed = await fit(lstmModel, params, {
      earlyStopping,
      checkpoint: { everyIterations: 99, save, resume: saved[0]! },
    });
    for (const { model, metrics } of [again, resumed]) {
      assert.deepEqual(encodeArtifact(model.save()), encodeArtifact(whole.model.save()));
      assert.deepEqual({ ...metrics, seconds: 0 }, { ...whole.metrics, seconds: 0 });
    }
  });

  it('leaves no tensor behind, finished, failed or cancelled', async () => {
    const backend = await openBackend(2);
    const before = backend.tensors();
    await fit(gruModel, { hidden_size: 4 });
    await assert.rejects(fit(mlp, { learning_rate: 1e30, epochs: 20 }), { code: 'PARAMETER_INVALID' });
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await assert.rejects(fit(mlp, {}, { signal: controller.signal, onProgress }), { code: 'ABORTED' });
    assert.equal(backend.tensors(), before);
  });
});
