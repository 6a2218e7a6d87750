import assert from 'node:assert/strict';
import test from 'node:test';
import type { Instance } from '@trainyard/features';
import type { FlowPorts } from '@trainyard/flow';
import type { Prediction } from '@trainyard/workflow';
import type { ServedPredictor } from '../loaded/predictor.js';
import type { Route } from '../loaded/route.js';
import { PredictionLog } from './prediction-log.js';

/** What is logged of one answer. */
async function logged(instance: unknown, prediction: Prediction): Promise<Record<string, unknown>> {
  const sent: { data: Record<string, unknown> }[] = [];
  const ports = {
    clock: { now: () => 1_000_000 },
    service: 'serving',
    codec: { encode: async (message: { data: Record<string, unknown> }) => message },
    bus: { publish: async (messages: { data: Record<string, unknown> }[]) => void sent.push(...messages) },
  } as unknown as FlowPorts;
  const predictor = { inputs: [{ name: 'open' }, { name: 'close' }] } as unknown as ServedPredictor;
  const route = { modelId: 'm', version: '1.0.0' } as Route;
  new PredictionLog(ports).record(route, predictor, [instance as Instance], [prediction], 1);
  await new Promise((resolve) => setImmediate(resolve));
  return sent[0]!.data;
}

test('of a window the last row is logged, by name or in order (bug: nothing was)', async () => {
  const byName = [
    { open: 1, close: 2 },
    { open: 3, close: 4 },
  ];
  assert.deepEqual((await logged(byName, { prediction: 5 })).sample, { open: 3, close: 4 });
  assert.deepEqual(
    (
      await logged(
        [
          [1, 2],
          [3, 4],
        ],
        { prediction: 5 },
      )
    ).sample,
    { open: 3, close: 4 },
  );
  assert.deepEqual((await logged([3, 4], { prediction: 5 })).sample, { open: 3, close: 4 });
});

test('what was predicted is logged, whatever its form', async () => {
  const of = async (prediction: Prediction['prediction']) => (await logged({ open: 1 }, { prediction })).prediction;
  assert.equal(await of(5), 5);
  assert.equal(await of('up'), 'up');
  assert.equal(await of(true), 'true');
  assert.equal(await of([1.5, 2]), '[1.5,2]');
  assert.equal(await of({ high: 3, low: 1 }), '{"high":3,"low":1}');
});
