import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { CategoricalColumn, NumericColumn } from '@trainyard/data';
import { encodeBundle, Predictor, trainModel } from '../index.js';
import { FEATURES, sampleTable } from '../sample-table.js';

const table = sampleTable();
const bytes = async (target: string, model = 'logistic') => {
  const dataset = { uri: 'memory', target, features: FEATURES };
  return encodeBundle((await trainModel({ model, dataset }, { table })).bundle);
};

describe('Predictor', () => {
  let predictor: Predictor;
  before(async () => {
    predictor = Predictor.from(await bytes('late'));
  });

  it('answers instances with label, probabilities and confidence', () => {
    const [late, early, missing] = predictor.predictInstances([
      { size: 4, colour: 'blue', noise: 0 },
      [-4, 'red', 0],
      {},
    ]);
    assert.equal(late!.prediction, 'yes');
    assert.equal(early!.prediction, 'no');
    assert.deepEqual(Object.keys(late!.probabilities!), ['no', 'yes']);
    assert.equal(late!.confidence, late!.probabilities!.yes);
    assert.ok(Math.abs(late!.probabilities!.yes! + late!.probabilities!.no! - 1) < 1e-12);
    assert.ok(missing!.confidence! >= 0.5, 'a missing feature is scored as missing');
  });

  it('names an unknown feature and a wrong type with its row', () => {
    assert.throws(() => predictor.predictInstances([{}, { sice: 1 }]), {
      code: 'FEATURE_UNKNOWN',
      where: { field: 'sice', row: 1 },
    });
    assert.throws(() => predictor.predictInstances([{ size: 'big' }]), {
      code: 'FEATURE_INVALID',
      where: { field: 'size', row: 0 },
    });
  });

  it('scores a table as it scores its rows', () => {
    const { predictions, probabilities, missingFeatures } = predictor.predictTable(table);
    assert.equal(predictions.length, 400);
    assert.deepEqual(missingFeatures, []);
    const size = (table.columns[0] as NumericColumn).values;
    const colour = table.columns[1] as CategoricalColumn;
    const noise = (table.columns[2] as NumericColumn).values;
    for (const row of [0, 3, 399]) {
      const instance = {
        size: Number.isNaN(size[row]!) ? null : size[row],
        colour: colour.categories[colour.codes[row]!],
        noise: noise[row],
      };
      const [alone] = predictor.predictInstances([instance]);
      assert.equal(alone!.prediction, predictions[row]);
      assert.equal(alone!.probabilities!.yes, probabilities![2 * row + 1]);
    }
  });

  it('says which features a table lacks, and refuses one that has none', () => {
    const some = { ...table, columns: table.columns.filter((column) => column.name !== 'noise') };
    assert.deepEqual(predictor.predictTable(some).missingFeatures, ['noise']);
    const none = { ...table, columns: table.columns.slice(3) };
    assert.throws(() => predictor.predictTable(none), { code: 'COLUMN_NOT_FOUND' });
  });

  it('gives classes back in the kind they had', async () => {
    const grades = Predictor.from(await bytes('grade'));
    const [best] = grades.predictInstances([{ size: 6, colour: 'blue' }]);
    assert.equal(best!.prediction, 2);
    assert.deepEqual(Object.keys(best!.probabilities!), ['0', '1', '2']);
    const price = Predictor.from(await bytes('price', 'ridge')).predictInstances([
      { size: 2, colour: 'green', noise: 0 },
    ])[0]!;
    assert.ok(typeof price.prediction === 'number' && Math.abs(price.prediction - 16) < 1.5);
    assert.deepEqual(Object.keys(price), ['prediction']);
  });

  it('answers one row in well under a millisecond', () => {
    const instance = { size: 1, colour: 'red', noise: 0 };
    for (let i = 0; i < 5000; i++) predictor.predictInstances([instance]);
    const started = process.cpuUsage();
    for (let i = 0; i < 5000; i++) predictor.predictInstances([instance]);
    const microseconds = process.cpuUsage(started).user / 5000;
    assert.ok(microseconds < 500, `${microseconds} µs a row`);
  });

  it('refuses a damaged bundle', async () => {
    const damaged = await bytes('late');
    damaged[100]! ^= 1;
    assert.throws(() => Predictor.from(damaged), { code: 'ARTIFACT_INVALID' });
  });
});
