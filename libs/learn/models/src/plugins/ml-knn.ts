import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import KNN from 'ml-knn';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import { FitLoop } from '../fit-loop.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { fromVotes } from '../votes.js';
import { rowArrays, smallData } from './small-data.js';

interface MlKnnParams {
  readonly n_neighbors: number;
}

interface Fitted {
  readonly names: readonly string[];
  readonly classes: readonly string[];
  /** The training rows, `n x f`, and their classes. */
  readonly x: Float32Array;
  readonly y: Float64Array;
  readonly knn: KNN;
}

const FORMAT = 'trainyard.ml-knn';
/** Its k-d tree answers a row in about 17 ms at this many rows of 180 columns. */
const MOST_ROWS = 5000;

/** The npm package ml-knn: nearest neighbours in a k-d tree. Use `knn` for anything but small data. */
class MlKnn implements Model {
  constructor(
    private readonly params: MlKnnParams,
    private fitted?: Fitted,
  ) {}

  async fit(given: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const train = smallData(given, options, 'ml_knn', MOST_ROWS, 'knn');
    const loop = new FitLoop(options, 1);
    const x = train.x.data.slice(0, train.x.rows * train.x.cols);
    this.fitted = grow(this.params, { names: train.x.names, classes: train.classes!, x, y: train.y });
    const { validation } = options;
    const losses = {
      trainLoss: predictionLoss(this.predict(train.x), train),
      ...(validation ? { validationLoss: predictionLoss(this.predict(validation.x), validation) } : {}),
    };
    await loop.after(1, losses, () => this.save());
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false, seconds };
  }

  predict(x: Matrix): Predictions {
    const { knn, classes, names, y } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    const votes = new Float64Array(x.rows * classes.length);
    const count = Math.min(this.params.n_neighbors, y.length);
    rowArrays(x).forEach((row, i) => {
      for (const [point] of knn.kdTree.nearest(row, count)) votes[i * classes.length + point[x.cols]!]!++;
    });
    return fromVotes(votes, classes.length);
  }

  save(): ModelArtifact {
    const { names, classes, x, y } = this.mustBeFitted();
    return { format: FORMAT, version: 1, manifest: { params: this.params, names, classes }, arrays: { x, y } };
  }

  static load(artifact: ModelArtifact): MlKnn {
    expectFormat(artifact, FORMAT, 1);
    const { params, names, classes } = artifact.manifest as {
      params: MlKnnParams;
      names: string[];
      classes: string[];
    };
    const y = arrayOf(artifact, 'y', Float64Array);
    const x = arrayOf(artifact, 'x', Float32Array, y.length * names.length);
    if (!y.every((c) => Number.isInteger(c) && c >= 0 && c < classes.length)) {
      throw new LearnError('ARTIFACT_INVALID', `A row of this "${FORMAT}" artifact has a class that does not exist.`);
    }
    return new MlKnn(params, grow(params, { names, classes, x, y }));
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

function grow({ n_neighbors: k }: MlKnnParams, rows: Omit<Fitted, 'knn'>): Fitted {
  const { x: data, y, names } = rows;
  const points = rowArrays({ data, rows: y.length, cols: names.length, names });
  return { ...rows, knn: new KNN(points, Array.from(y), { k }) };
}

export const mlKnn = defineModel<MlKnnParams>({
  name: 'ml_knn',
  family: 'neighbours',
  input: '2d',
  tasks: ['binary', 'multiclass'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  onRequest: true,
  params: {
    n_neighbors: { type: 'int', default: 5, min: 1, aliases: ['k'], description: 'Neighbours that vote.' },
  },
  space: { n_neighbors: { type: 'int', low: 1, high: 50, log: true } },
  create: (params) => new MlKnn(params),
  load: MlKnn.load,
});
