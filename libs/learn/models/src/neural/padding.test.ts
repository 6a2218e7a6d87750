import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Dataset } from '@trainyard/data';
import { createModel, decodeArtifact, encodeArtifact, type ModelDefinition } from '../index.js';
import type { Backend } from './backend/backend.js';
import { locateTensorFlow } from './backend/locate-tensorflow.js';
import { openBackend } from './backend/open-backend.js';
import { WasmBackend } from './direct/wasm-backend.js';
import { sum } from './graph/arithmetic.js';
import { gradients } from './graph/gradients.js';
import { type Flavour, Graph, sizeOf } from './graph/graph.js';
import { squaredError } from './graph/losses.js';
import { gruModel, lstmModel, mlp, rnnModel, tcn, transformer } from './index.js';
import { buildNetwork } from './layers/network.js';
import type { Architecture } from './neural-model.js';
import { gruArchitecture, lstmArchitecture, rnnArchitecture } from './recurrent.js';
import { tcnArchitecture } from './tcn.js';
import { numbers } from './test-numbers.js';
import { transformerArchitecture } from './transformer.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const skip = locateTensorFlow(false) === undefined && 'TensorFlow is not set up: run npm run setup:tensorflow';

const STEPS = 5;
const LENGTH = 3;
const FEATURES = 2;
const BATCH = 2;

const recurrent = { hidden_size: 4, num_layers: 2, dropout: 0, bidirectional: true };
const encoder = { d_model: 4, num_heads: 2, num_layers: 2, dim_feedforward: 6, dropout: 0 };
const NETWORKS: Readonly<Record<string, readonly [Architecture<never>, object]>> = {
  'lstm, both directions': [lstmArchitecture, recurrent],
  'gru, both directions': [gruArchitecture, recurrent],
  'rnn, both directions': [rnnArchitecture, recurrent],
  'lstm of 3 units': [lstmArchitecture, { ...recurrent, hidden_size: 3, bidirectional: false }],
  tcn: [tcnArchitecture, { num_filters: 4, kernel_size: 2, num_levels: 2, dropout: 0 }],
  'transformer, learned positions': [transformerArchitecture, { ...encoder, positions: 'learned', causal: false }],
  'transformer, causal, no positions': [transformerArchitecture, { ...encoder, positions: 'none', causal: true }],
};

/** Those that TensorFlow runs by kernels of its own; the others are made of operations that its tests compare one by one. */
const FUSED = ['lstm, both directions', 'gru, both directions'];

/** The outputs of a batch of sequences of LENGTH steps, and the slopes of a loss; padded in front to STEPS steps, or not. */
function run(
  [architecture, params]: readonly [Architecture<never>, object],
  backend: Backend,
  flavour: Flavour,
  padded: boolean,
) {
  const graph = new Graph(flavour);
  const shape = { steps: padded ? STEPS : LENGTH, features: FEATURES, outputs: 2, masked: padded };
  const { outputs, weights } = buildNetwork(architecture.network(params as never, shape), graph, {
    ...shape,
    batch: BATCH,
  });
  const loss = sum(graph, squaredError(graph, outputs, graph.constant(numbers(8, 2 * BATCH), [BATCH, 2])), [0]);
  const all = [...weights].map(([name, { shape: size }]) => graph.weight(name, size));
  const slopes = flavour === 'direct' ? [] : gradients(graph, loss, all);
  const program = backend.compile(graph, { run: { outputs: [outputs, ...slopes] } });
  const values = new Map(
    [...weights].map(([name, { shape: size }], i) => {
      // A position counts from the end: without padding the first ones are never met.
      const own =
        name === 'positions'
          ? numbers(i + 1, STEPS * 4).slice(padded ? 0 : (STEPS - LENGTH) * 4)
          : numbers(i + 1, sizeOf(size));
      return [name, own];
    }),
  );
  program.write(values);
  const width = FEATURES + Number(padded);
  const x = new Float32Array(shape.steps * BATCH * width);
  const given = numbers(3, LENGTH * BATCH * FEATURES);
  const missing = shape.steps - LENGTH;
  for (let i = 0; i < LENGTH * BATCH; i++) {
    x.set(given.subarray(i * FEATURES, (i + 1) * FEATURES), (missing * BATCH + i) * width);
    if (padded) x[(missing * BATCH + i) * width + FEATURES] = 1;
  }
  const results = program.run('run', { x });
  program.close();
  const names = ['outputs', ...weights.keys()];
  return new Map(results.map((result, i) => [names[i]!, result]));
}

function assertSame(padded: ReadonlyMap<string, Float32Array>, whole: ReadonlyMap<string, Float32Array>): void {
  for (const [name, values] of whole) {
    const same = padded.get(name)!.slice(-values.length);
    values.forEach((value, i) => {
      assert.ok(Math.abs(value - same[i]!) < 2e-5, `${name}[${i}] is ${same[i]} with padding and ${value} without`);
    });
  }
}

describe('padding changes neither answers nor gradients', () => {
  for (const [name, network] of Object.entries(NETWORKS)) {
    it(`${name}: our own kernels`, () => {
      for (const flavour of ['plain', 'direct'] as const) {
        assertSame(run(network, new WasmBackend(), flavour, true), run(network, new WasmBackend(), flavour, false));
      }
    });
    if (!FUSED.includes(name)) continue;
    it(`${name}: TensorFlow's kernels`, { skip }, async () => {
      process.env.TRAINYARD_NEURAL_BACKEND = 'tensorflow';
      const backend = await openBackend(1);
      process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
      assertSame(run(network, backend, 'tensorflow', true), run(network, backend, 'tensorflow', false));
    });
  }
});

/** Sequences of 1 to 4 steps that end in a row whose number is the target times their length. */
function sequences(rows: number): Dataset {
  const random = createRandom(4);
  const data = Float32Array.from({ length: rows + 4 }, () => random.normal());
  const lengths = Int32Array.from({ length: rows }, () => 1 + random.integer(4));
  const ends = Int32Array.from({ length: rows }, (_, i) => i + 4);
  const y = Float64Array.from(lengths, (length, i) => length + data[ends[i]!]!);
  const x = { rows, cols: 1, names: ['x'], data, windows: { length: 4, ends, lengths } };
  return { task: 'regression', x, y };
}

const small = { epochs: 25, batch_size: 32, learning_rate: 0.02 };
const MODELS: readonly [ModelDefinition, object][] = [
  [lstmModel, { hidden_size: 8, bidirectional: true }],
  [gruModel, { hidden_size: 8 }],
  [rnnModel, { hidden_size: 8 }],
  [tcn, { num_filters: 8, num_levels: 2, kernel_size: 2, dropout: 0 }],
  [transformer, { d_model: 8, num_heads: 2, num_layers: 1, dim_feedforward: 16, dropout: 0 }],
  [mlp, { hidden_layer_sizes: [16] }],
];

describe('sequences of different lengths', () => {
  const data = sequences(300);
  for (const [definition, params] of MODELS) {
    it(`${definition.name} learns from them, and looks at no row before them`, async () => {
      const model = createModel(definition, { ...small, ...params }, 'regression');
      const { trainLoss } = await model.fit(data, { seed: 2 });
      assert.ok(trainLoss < 1.1, `the loss is ${trainLoss}, of a variance of 2.2`);
      const { ends, lengths } = data.x.windows!;
      const row = Array.from(lengths!).indexOf(2);
      const alone = Float32Array.from([99, 99, ...data.x.data.subarray(ends[row]! - 1, ends[row]! + 1)]);
      const x = { ...data.x, rows: 1, data: alone, windows: { length: 4, ends: [3], lengths: [2] } };
      const loaded = definition.load(decodeArtifact(encodeArtifact(model.save())));
      assert.equal(loaded.predict(x).values[0], model.predict(data.x).values[row]);
      for (const wrong of [0, 5]) {
        const bad = { ...x, windows: { ...x.windows, lengths: [wrong] } };
        assert.throws(() => model.predict(bad), { code: 'FEATURE_INVALID', message: /1 to 4/ });
      }
    });
  }
});
