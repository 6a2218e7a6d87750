import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LearnError } from '@trainyard/data';
import { sampleDataset, slice } from '../checks/sample-data.js';
import { createModel, type FitOptions, type ModelArtifact, type ModelDefinition } from '../index.js';
import { WasmBackend } from './direct/wasm-backend.js';
import type { Graph } from './graph/graph.js';
import { headFor } from './heads/head.js';
import { gruModel, lstmModel, mlp } from './index.js';
import { lstmArchitecture } from './recurrent.js';
import { checkMemory } from './training/check-memory.js';
import { compileTraining } from './training/training-program.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';

const data = slice(sampleDataset('regression', { cols: 4 }), 0, 120);
const params = { hidden_size: 4, epochs: 4, batch_size: 32 };

async function fit(definition: ModelDefinition, own: object, options: Partial<FitOptions> = {}, rows = data) {
  const model = createModel(definition, own as Record<string, unknown>, 'regression');
  return { model, metrics: await model.fit(rows, { seed: 3, ...options }) };
}

function saving(resume?: ModelArtifact) {
  const saved: ModelArtifact[] = [];
  const save = async (artifact: ModelArtifact) => void saved.push(artifact);
  return { saved, checkpoint: { everyIterations: 1, save, ...(resume ? { resume } : {}) } };
}

describe('what a network is given wrongly', () => {
  it('a NaN in a window is named by its row and column, in training and in prediction', async () => {
    const windows = { length: 3, ends: Int32Array.from({ length: 118 }, (_, i) => i + 2) };
    const good = { ...data, x: { ...data.x, rows: 118, windows }, y: data.y.slice(2) };
    const bad = { ...good.x, data: good.x.data.map((value, i) => (i === 4 * 50 + 1 ? Number.NaN : value)) };
    const named = { code: 'FEATURE_INVALID', where: { row: 51, column: 'x1' } };
    await assert.rejects(fit(lstmModel, params, {}, { ...good, x: bad }), named);
    const { model } = await fit(lstmModel, params, {}, good);
    assert.throws(() => model.predict(bad), named);
  });

  it('a loss that becomes no number ends the fit, in words, with the last good checkpoint, from which a smaller step goes on', async () => {
    const wild = { hidden_layer_sizes: [8], epochs: 6, batch_size: 32, learning_rate: 0.01 };
    const first = saving();
    const start = await fit(mlp, { ...wild, epochs: 2 }, first);
    // The rate of the next epochs is one at which nothing can be learnt.
    const { saved, checkpoint } = saving(first.saved.at(-1));
    const rare = { ...checkpoint, everyIterations: 100 };
    const lost = fit(mlp, { ...wild, epochs: 40, learning_rate: 1e18 }, { checkpoint: rare });
    await assert.rejects(lost, (error: LearnError) => {
      assert.deepEqual([error.code, error.where.field], ['PARAMETER_INVALID', 'params.learning_rate']);
      assert.match(
        error.message,
        /no number any more in epoch \d+.*smaller params.learning_rate.*until epoch 2 is saved/,
      );
      return true;
    });
    assert.equal(saved.length, 1);
    const { metrics } = await fit(mlp, wild, saving(saved[0]));
    assert.equal(metrics.iterations, 6);
    assert.ok(metrics.trainLoss < start.metrics.trainLoss);
  });

  it('a checkpoint of another architecture, or of other layers, is refused and nothing is left open', async () => {
    const { saved, checkpoint } = saving();
    await fit(lstmModel, params, { checkpoint });
    const resume = saved[0]!;
    for (const [definition, own] of [
      [gruModel, params],
      [lstmModel, { ...params, hidden_size: 5 }],
      [lstmModel, { ...params, num_layers: 2 }],
    ] as const) {
      await assert.rejects(fit(definition, own, saving(resume)), { code: 'CHECKPOINT_MISMATCH' });
    }
    const foreign = { format: 'foreign', version: 1, manifest: {}, arrays: {} };
    await assert.rejects(fit(lstmModel, params, saving(foreign)), { code: 'ARTIFACT_INVALID' });
  });

  it('a network that cannot fit into memory is refused before anything is allocated', async () => {
    const before = process.memoryUsage().rss;
    const huge = fit(mlp, { hidden_layer_sizes: [300_000, 300_000] });
    await assert.rejects(huge, { code: 'MEMORY_TOO_SMALL', message: /its weights alone are too many/ });
    assert.ok(process.memoryUsage().rss - before < 200e6);
  });

  it('a batch that cannot fit into memory is refused with one that can', () => {
    const built = (batch: number, available: number) => {
      const backend = new WasmBackend();
      let wanted: Error | undefined;
      const spy = Object.assign(Object.create(backend), {
        name: 'tensorflow',
        compile: (graph: Graph, { learn }: Parameters<WasmBackend['compile']>[1]) => {
          try {
            checkMemory(graph, learn!, batch, 'tensorflow', available);
          } catch (error) {
            wanted = error as Error;
          }
          return { close() {} };
        },
      });
      const shape = { steps: 20, features: 4, outputs: 1 };
      const network = lstmArchitecture.network(
        { hidden_size: 8, num_layers: 1, dropout: 0, bidirectional: false } as never,
        shape,
      );
      compileTraining(spy, { network, shape, batch, head: headFor(data, {}), weightDecay: 0, clipNorm: 0 });
      return wanted as LearnError | undefined;
    };
    const error = built(1024, 2e6)!;
    assert.deepEqual([error.code, error.where.field], ['MEMORY_TOO_SMALL', 'params.batch_size']);
    const advised = Number(/params.batch_size, such as (\d+)/.exec(error.message)![1]);
    assert.ok(advised >= 16 && advised < 1024, error.message);
    assert.equal(built(advised, 2e6), undefined, 'the batch that is advised fits');
    assert.equal(built(1024, 1e9), undefined);
  });
});
