import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { RadiusSearch } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { takeMatrixRows } from '../take-rows.js';
import { type DbscanParams, DbscanRun, type Labelled, searchOver } from './dbscan-run.js';

const FORMAT = 'trainyard.dbscan';
const NOISE = -1;

interface Fitted {
  readonly names: readonly string[];
  /** Core rows, `m x f`, and their clusters. */
  readonly core: Matrix;
  readonly clusters: Int32Array;
}

/** Dense regions as clusters. A new row belongs to the cluster of the nearest core row within eps, else it is noise: -1. */
class Dbscan implements Model {
  private search: RadiusSearch | undefined;

  constructor(
    private readonly params: DbscanParams,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const { validation } = options;
    const run = new DbscanRun(train, this.params, options);
    const score = (labelled: Labelled) => {
      this.keep(train.x, labelled);
      return validation && this.noiseShare(validation);
    };
    const validationLoss = score(await run.finish(score));
    return {
      trainLoss: run.noiseShare(),
      ...(validationLoss === undefined ? {} : { validationLoss }),
      bestIteration: run.iterations,
      iterations: run.iterations,
      earlyStopped: false,
      seconds: (performance.now() - started) / 1000,
    };
  }

  predict(x: Matrix): Predictions {
    const { names, core, clusters } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    const values = new Float64Array(x.rows).fill(NOISE);
    if (core.rows === 0) return { values };
    this.search ??= searchOver(core, this.params);
    for (let i = 0; i < x.rows; i++) {
      const nearest = this.nearest(x.data.subarray(i * x.cols, (i + 1) * x.cols), this.search);
      if (nearest >= 0) values[i] = clusters[nearest]!;
    }
    return { values };
  }

  save(): ModelArtifact {
    const { names, core, clusters } = this.mustBeFitted();
    return {
      format: FORMAT,
      version: 1,
      manifest: { params: this.params, names },
      arrays: { core: core.data, clusters },
    };
  }

  static load(artifact: ModelArtifact): Dbscan {
    expectFormat(artifact, FORMAT, 1);
    const { params, names } = artifact.manifest as unknown as { params: DbscanParams; names: string[] };
    const clusters = arrayOf(artifact, 'clusters', Int32Array);
    const data = arrayOf(artifact, 'core', Float32Array, clusters.length * names.length);
    if (!clusters.every((cluster) => cluster >= 0) || !data.every(Number.isFinite)) {
      throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" needs finite core rows, each with a cluster from 0.`);
    }
    return new Dbscan(params, { names, clusters, core: { rows: clusters.length, cols: names.length, data, names } });
  }

  private keep(x: Matrix, { labels, core }: Labelled): void {
    const rows = Uint32Array.from(core.keys()).filter((row) => core[row] === 1);
    this.search = undefined;
    this.fitted = {
      names: x.names,
      core: takeMatrixRows(x, rows),
      clusters: Int32Array.from(rows, (row) => labels[row]!),
    };
  }

  private noiseShare({ x, weight }: Dataset): number {
    const { values } = this.predict(x);
    let noise = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      const w = weight === undefined ? 1 : weight[i]!;
      total += w;
      if (values[i] === NOISE) noise += w;
    }
    return noise / total;
  }

  /** The core row nearest to the point within eps, the first of equals; -1 when there is none. */
  private nearest(point: Float32Array, search: RadiusSearch): number {
    const { core } = this.mustBeFitted();
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const place of search.around(point)) {
      const row = search.order[place]!;
      let distance = 0;
      for (let j = 0, at = row * core.cols; j < core.cols; j++, at++) {
        const gap = core.data[at]! - point[j]!;
        distance += this.params.metric === 'manhattan' ? Math.abs(gap) : gap * gap;
      }
      if (distance > least || (distance === least && row > nearest)) continue;
      least = distance;
      nearest = row;
    }
    return nearest;
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

export const dbscan = defineModel<DbscanParams>({
  name: 'dbscan',
  family: 'cluster',
  input: '2d',
  tasks: ['clustering'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  params: {
    eps: {
      type: 'float',
      default: 0.5,
      min: 0,
      exclusiveMin: true,
      description: 'Rows at most this far apart are neighbours.',
      aliases: ['epsilon'],
    },
    min_samples: {
      type: 'int',
      default: 5,
      min: 1,
      description: 'A row with so much weight within eps, its own included, is a core row.',
      aliases: ['min_points'],
    },
    metric: {
      type: 'enum',
      values: ['euclidean', 'manhattan'],
      default: 'euclidean',
      description: 'How distance is measured.',
    },
  },
  onRequest: true,
  space: { eps: { type: 'float', low: 0.05, high: 5, log: true }, min_samples: { type: 'int', low: 3, high: 20 } },
  create: (params) => new Dbscan(params),
  load: Dbscan.load,
});
