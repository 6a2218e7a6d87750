import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@trainyard/service';
import { metricsOf } from '@trainyard/telemetry';
import { routeOf } from '../loaded/route.js';
import { PredictionMetrics } from './prediction-metrics.js';

const routeNumber = (i: number) =>
  routeOf({ modelId: `id-${i}`, modelName: `made-up-${i}`, version: '1.0.0', artifact: 'a' }, true);

async function modelsIn(metric: string): Promise<Set<string>> {
  const { body } = await metricsOf();
  const lines = body.split('\n').filter((line) => line.startsWith(`${metric}{`) && /made-up|other/.test(line));
  return new Set(lines.map((line) => /model="([^"]*)"/.exec(line)![1]!));
}

test('a thousand models make two hundred series and one for all others, until the first ones rest for an hour', async () => {
  let now = 0;
  const metrics = new PredictionMetrics(() => now);
  for (let i = 0; i < 1000; i++) metrics.answered(routeNumber(i), 3, 0.001);
  const error = new Problem(503, 'MODEL_UNAVAILABLE', 'no');
  for (let i = 0; i < 1000; i++) metrics.failedFor(routeNumber(i), error);
  const names = [
    'trainyard_predictions_total',
    'trainyard_prediction_seconds_count',
    'trainyard_prediction_failures_total',
  ];
  for (const name of names) {
    const models = await modelsIn(name);
    assert.equal(models.size, 201, name);
    assert.ok(models.has('other') && models.has('made-up-0') && !models.has('made-up-500'));
  }
  now = 3600_000;
  metrics.answered(routeNumber(500), 1, 0.001);
  for (const name of names.slice(0, 2)) assert.ok((await modelsIn(name)).has('made-up-500'), 'it made room');
  for (const name of names) assert.ok(!(await modelsIn(name)).has('made-up-0'), `${name} forgot the oldest`);
});
