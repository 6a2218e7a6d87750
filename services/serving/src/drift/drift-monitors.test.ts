import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricsOf } from '@trainyard/telemetry';
import { DriftMonitor } from '@trainyard/workflow';
import type { ServedPredictor } from '../loaded/predictor.js';
import { routeOf } from '../loaded/route.js';
import { DriftMonitors } from './drift-monitors.js';

const features = Array.from({ length: 8 }, (_, k) => ({
  kind: 'number' as const,
  name: `x${k}`,
  edges: [0],
  counts: [500 + 50 * k, 500 - 50 * k, 0],
}));
const predictor = {
  watchDrift: () => new DriftMonitor({ rows: 1000, features }, []),
} as unknown as ServedPredictor;
const rows = Array.from({ length: 200 }, () => ({}));
const routeNumber = (i: number) =>
  routeOf({ modelId: `id-${i}`, modelName: `watched-${i}`, version: '1.0.0', artifact: 'a' }, true);

test('a hundred versions are watched, five features of each are told, and what rests for an hour is forgotten', async () => {
  let now = 0;
  const monitors = new DriftMonitors(() => now);
  const end = monitors.watch();
  const told = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { body } = await metricsOf();
    return body.split('\n').filter((line) => line.includes('model="watched-'));
  };
  for (let i = 0; i < 150; i++) monitors.observe(routeNumber(i), predictor, rows, []);
  const lines = await told();
  const count = (name: string) => lines.filter((line) => line.startsWith(`${name}{`)).length;
  assert.deepEqual(
    ['trainyard_drift_psi', 'trainyard_feature_drift_psi', 'trainyard_drift_rows'].map(count),
    [100, 500, 100],
  );
  now = 3600_001;
  monitors.observe(routeNumber(120), predictor, rows, []);
  assert.deepEqual(new Set((await told()).map((line) => /watched-\d+/.exec(line)?.[0])), new Set(['watched-120']));
  end();
});
