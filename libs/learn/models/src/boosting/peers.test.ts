import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset, Task } from '@trainyard/data';
import { createModel } from '../definition.js';
import { lightgbm, xgboost } from './index.js';

interface PeerData {
  readonly rows: number;
  readonly cols: number;
  readonly x: readonly (number | null)[];
  readonly y: readonly number[];
  readonly weight?: readonly number[];
  readonly categorical?: readonly boolean[];
}
interface PeerCase {
  readonly data: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Of the first rows: values, probabilities of the second class, or row-major probabilities. */
  readonly predictions: readonly number[];
}

/** What the libraries themselves predict: fixtures/make.py. */
const peers = JSON.parse(readFileSync(new URL('../../src/boosting/fixtures/peers.json', import.meta.url), 'utf8')) as {
  readonly data: Readonly<Record<string, PeerData>>;
  readonly xgboost: readonly PeerCase[];
  readonly lightgbm: readonly PeerCase[];
};

function datasetOf(name: string): Dataset {
  const [kind, weighted] = name.split(' ');
  const { rows, cols, x, y, weight, categorical } = peers.data[kind!]!;
  const task: Task = kind === 'binary' || kind === 'multiclass' ? kind : 'regression';
  return {
    task,
    x: {
      ...{ rows, cols, data: Float32Array.from(x, (value) => value ?? Number.NaN) },
      names: Array.from({ length: cols }, (_, j) => `x${j}`),
      ...(categorical ? { categorical } : {}),
    },
    y: Float64Array.from(y),
    ...(weighted ? { weight: Float64Array.from(weight!) } : {}),
    ...(task === 'regression' ? {} : { classes: task === 'binary' ? ['0', '1'] : ['0', '1', '2'] }),
  };
}

const OURS = { histogram_precision: 'f64', n_estimators: 8 };
const LIBRARIES = [
  [xgboost, peers.xgboost, { max_depth: 4 }],
  [lightgbm, peers.lightgbm, { min_data_in_leaf: 0, num_leaves: 12 }],
] as const;

for (const [definition, cases, base] of LIBRARIES) {
  describe(`${definition.name} predicts what the real one does`, () => {
    for (const { data: name, params, predictions } of cases) {
      it(`${name} ${JSON.stringify(params)}`, async () => {
        const data = datasetOf(name);
        const model = createModel(definition, { ...OURS, ...base, ...params }, data.task);
        await model.fit(data, { seed: 1 });
        const { values, probabilities } = model.predict(data.x);
        const found = {
          regression: values,
          multiclass: probabilities!,
          binary: probabilities?.filter((_, i) => i % 2 === 1),
        };
        const ours = found[data.task as keyof typeof found]!;
        const worst = predictions.reduce((most, expected, i) => {
          return Math.max(most, Math.abs(ours[i]! - expected) / Math.max(1, Math.abs(expected)));
        }, 0);
        assert.ok(worst < 1e-5, `the largest relative difference is ${worst}`);
      });
    }
  });
}
