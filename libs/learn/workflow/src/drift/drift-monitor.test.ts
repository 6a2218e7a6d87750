import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type CategoricalColumn, createRandom, type NumericColumn, type Table } from '@trainyard/data';
import type { Instance } from '@trainyard/features';
import { encodeBundle, Predictor, trainModel } from '../index.js';
import { FEATURES, sampleTable } from '../sample-table.js';
import { DriftMonitor, ENOUGH_ROWS } from './drift-monitor.js';

const table = sampleTable(2000);

async function trained(target: string, model: string, from: Table = table) {
  const dataset = { uri: 'memory', target, features: FEATURES };
  return Predictor.from(encodeBundle((await trainModel({ model, dataset }, { table: from })).bundle));
}

/** Rows of the table as instances, with what a change makes of them. */
function rowsOf(
  from: Table,
  count: number,
  change: (row: Record<string, unknown>) => object = (row) => row,
): Instance[] {
  const size = (from.columns[0] as NumericColumn).values;
  const colour = from.columns[1] as CategoricalColumn;
  const noise = (from.columns[2] as NumericColumn).values;
  return Array.from({ length: count }, (_, i) => {
    const known = Number.isNaN(size[i]!) ? {} : { size: size[i] };
    return change({ ...known, colour: colour.categories[colour.codes[i]!], noise: noise[i] }) as Instance;
  });
}

function reportOf(predictor: Predictor, instances: Instance[]) {
  const monitor = predictor.watchDrift()!;
  for (let i = 0; i < instances.length; i += 100) {
    const some = instances.slice(i, i + 100);
    monitor.observe(some, predictor.predictInstances(some), 0);
  }
  return monitor.report()!;
}

describe('drift', () => {
  let predictor: Predictor;
  before(async () => {
    predictor = await trained('late', 'logistic');
  });

  it('is small for other rows of the same kind', () => {
    const { rows, features, prediction } = reportOf(predictor, rowsOf(sampleTable(1000, 99), 1000));
    assert.equal(rows, 1000);
    assert.deepEqual(features.map(({ name }) => name).sort(), [...FEATURES].sort());
    for (const { name, psi } of [...features, prediction!]) assert.ok(psi < 0.1, `${name} ${psi}`);
  });

  it('is large for the feature that moved, and for the answers it moves', () => {
    const moved = rowsOf(table, 1000, (row) => ({ ...row, size: ((row.size as number) ?? 0) + 3 }));
    const { features, prediction } = reportOf(predictor, moved);
    assert.equal(features[0]!.name, 'size');
    assert.ok(features[0]!.psi > 0.25 && features[1]!.psi < 0.1 && prediction!.psi > 0.25);
    for (const { bins } of features) {
      for (const side of ['reference', 'observed'] as const) {
        const sum = bins.reduce((all, bin) => all + bin[side], 0);
        assert.ok(Math.abs(sum - 1) < 1e-9, `${side} shares sum to ${sum}`);
      }
    }
  });

  it('sees categories that are new, and values that are left out', () => {
    const renamed = reportOf(
      predictor,
      rowsOf(table, 500, (row) => ({ ...row, colour: 'mauve' })),
    ).features[0]!;
    assert.equal(renamed.name, 'colour');
    assert.equal(renamed.bins.find(({ bin }) => bin === '(other)')!.observed, 1);
    const without = reportOf(
      predictor,
      rowsOf(table, 500, ({ noise: _, ...row }) => row),
    ).features[0]!;
    assert.equal(without.name, 'noise');
    assert.equal(without.bins.at(-1)!.observed, 1);
  });

  it('is the same for instances by name and in order, and counts 500 of a longer list', () => {
    const byName = rowsOf(table, 400);
    const inOrder = byName.map((row) => FEATURES.map((name) => (row as Record<string, unknown>)[name] ?? null));
    assert.deepEqual(reportOf(predictor, inOrder), reportOf(predictor, byName));
    const monitor = predictor.watchDrift()!;
    const long = rowsOf(table, 1999);
    monitor.observe(long, predictor.predictInstances(long), 0);
    assert.equal(monitor.rows, 500);
    // Every twentieth row lacks its size (bug: of every fourth row none did).
    const [furthest] = monitor.report()!.features;
    assert.ok(furthest!.psi < 0.1, `${furthest!.name} ${furthest!.psi}`);
  });

  it('is told from enough rows on', () => {
    const monitor = predictor.watchDrift()!;
    const rows = rowsOf(table, ENOUGH_ROWS);
    const predictions = predictor.predictInstances(rows);
    monitor.observe(rows.slice(1), predictions.slice(1), 0);
    assert.deepEqual([monitor.indices(), monitor.report()], [undefined, undefined]);
    monitor.observe(rows.slice(0, 1), predictions.slice(0, 1), 0);
    assert.equal(monitor.indices()!.features.length, 3);
  });

  it('is known of classes and of values', async () => {
    for (const [target, model] of [
      ['grade', 'logistic'],
      ['price', 'ridge'],
    ] as const) {
      const other = await trained(target, model);
      assert.ok(reportOf(other, rowsOf(sampleTable(1000, 5), 1000)).prediction!.psi < 0.1, target);
      const moved = rowsOf(table, 1000, (row) => ({ ...row, size: 6 }));
      assert.ok(reportOf(other, moved).prediction!.psi > 0.25, target);
    }
  });

  it('is not known of a bundle that tells of no reference', () => {
    const { reference: _, ...old } = predictor.bundle;
    assert.equal(new Predictor(old).watchDrift(), undefined);
  });

  it('of windows counts the last row of each', () => {
    const profile = {
      rows: 100,
      features: [{ kind: 'number', name: 'x', edges: [0], counts: [50, 50, 0] } as const],
    };
    const monitor = new DriftMonitor(profile, ['x'], true);
    const windows = Array.from({ length: 200 }, (_, i) => [{ x: -9 }, { x: i % 2 === 0 ? -1 : 1 }]);
    monitor.observe(windows, [], 0);
    assert.deepEqual(
      monitor.report()!.features[0]!.bins.map(({ observed }) => observed),
      [0.5, 0.5, 0],
    );
  });

  it('of several values is that of the one that moved furthest, by place or by name; of anomalies that of the score', () => {
    const reference = (name: string) => ({ kind: 'number', name, edges: [0], counts: [50, 50, 0] }) as const;
    const outputs = {
      rows: 100,
      features: [],
      prediction: { of: 'outputs', references: ['a', 'b'].map(reference) },
    } as const;
    const rows = Array.from({ length: 200 }, () => ({}));
    const side = (i: number) => (i % 2 === 0 ? -1 : 1);
    for (const answer of [(i: number) => [side(i), 1], (i: number) => ({ b: 1, a: side(i) })]) {
      const monitor = new DriftMonitor(outputs, []);
      monitor.observe(
        rows,
        rows.map((_, i) => ({ prediction: answer(i) })),
        0,
      );
      const { name, psi, bins } = monitor.report()!.prediction!;
      assert.deepEqual([name, bins.map(({ observed }) => observed)], ['b', [0, 1, 0]]);
      assert.equal(monitor.indices()!.prediction, psi);
    }
    const scores = {
      rows: 100,
      features: [],
      prediction: { of: 'score', references: [reference('prediction')] },
    } as const;
    const monitor = new DriftMonitor(scores, []);
    monitor.observe(
      rows,
      rows.map((_, i) => ({ prediction: 0, score: side(i) })),
      0,
    );
    assert.equal(monitor.indices()!.prediction, 0);
  });

  it('keeps a profile of bounded size, from rows spread over a large table', () => {
    const random = createRandom(4);
    const rows = 30_000;
    const values = Float64Array.from({ length: rows }, () => random.normal());
    const columns = Array.from({ length: 3 }, (_, k) => ({ kind: 'numeric' as const, name: `x${k}`, values }));
    const late = { kind: 'numeric' as const, name: 'y', values };
    const dataset = { uri: 'memory', target: 'y' };
    return trainModel({ model: 'ridge', dataset }, { table: { rows, columns: [...columns, late] } }).then(
      ({ bundle }) => {
        assert.equal(bundle.reference!.rows, 10_000);
        assert.ok(JSON.stringify(bundle.reference!.features[0]).length < 400);
      },
    );
  });
});
