import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { evaluateClusters, METRICS } from '../index.js';

/** Values that scikit-learn gave: fixtures/make-clustering.py. */
const peer = JSON.parse(readFileSync(new URL('../../src/fixtures/clustering-sklearn.json', import.meta.url), 'utf8'));
const names = Array.from({ length: peer.cols }, (_, j) => `x${j}`);
const x = { rows: peer.labels.length, cols: peer.cols, data: Float32Array.from(peer.x), names };
const labels = Float64Array.from(peer.labels);
const truth = Float64Array.from(peer.truth);

describe('evaluateClusters', () => {
  it('gives what scikit-learn gives', () => {
    const { metrics, notes } = evaluateClusters({ x, values: labels, truth });
    for (const [name, expected] of Object.entries(peer.metrics as Record<string, number>)) {
      assert.ok(
        Math.abs(metrics[name]! - expected) < 1e-9 * Math.abs(expected),
        `${name}: ${metrics[name]}, not ${expected}`,
      );
    }
    for (const name of Object.keys(metrics)) assert.ok(METRICS[name]!.tasks.includes('clustering'));
    assert.equal(notes, undefined);
  });

  it('does not depend on how clusters and classes are numbered', () => {
    const renamed = { x, values: labels.map((label) => 7 - label), truth: truth.map((value) => 10 * value) };
    const { metrics } = evaluateClusters(renamed);
    for (const [name, expected] of Object.entries(peer.metrics as Record<string, number>)) {
      assert.ok(Math.abs(metrics[name]! - expected) < 1e-9 * Math.abs(expected), name);
    }
  });

  it('leaves noise out of the clusters and counts it', () => {
    const values = labels.map((label, i) => (i < 18 ? -1 : label));
    const { metrics } = evaluateClusters({ x, values });
    const rest = { ...x, rows: x.rows - 18, data: x.data.subarray(18 * x.cols) };
    const alone = evaluateClusters({ x: rest, values: labels.subarray(18) }).metrics;
    assert.ok(Math.abs(metrics.noise_share! - 0.2) < 1e-12);
    assert.deepEqual({ ...metrics, noise_share: 0 }, alone);
    assert.ok(!('adjusted_rand_score' in metrics));
  });

  it('leaves out what one cluster does not define', () => {
    const { metrics } = evaluateClusters({ x, values: labels.map(() => 0), truth: truth.map(() => Number.NaN) });
    assert.deepEqual(Object.keys(metrics).sort(), ['inertia', 'noise_share']);
    const noise = evaluateClusters({ x, values: labels.map(() => -1) }).metrics;
    assert.deepEqual(noise, { noise_share: 1 });
  });

  it('says when the silhouette is of a sample', () => {
    const rows = 6000;
    const many = {
      rows,
      cols: 1,
      data: Float32Array.from({ length: rows }, (_, i) => (i % 2) * 10 + (i % 7)),
      names: ['a'],
    };
    const { metrics, notes } = evaluateClusters({
      x: many,
      values: Float64Array.from({ length: rows }, (_, i) => i % 2),
    });
    assert.match(notes![0]!, /5000 of 6000 rows/);
    assert.ok(Math.abs(metrics.silhouette! - 0.772) < 0.02, String(metrics.silhouette));
  });

  it('refuses nothing to score', () => {
    const none = { rows: 0, cols: 1, data: new Float32Array(0), names: ['a'] };
    assert.throws(() => evaluateClusters({ x: none, values: new Float64Array(0) }), { code: 'TOO_FEW_ROWS' });
  });
});
