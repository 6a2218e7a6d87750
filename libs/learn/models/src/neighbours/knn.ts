import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import { NeighbourSearch } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import { FitLoop, throwIfAborted } from '../fit-loop.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { threadsWhenLoaded } from '../prediction-threads.js';
import { takeDatasetRows } from '../take-rows.js';
import { type FittedKnn, readKnn, writeKnn } from './knn-artifact.js';
import { type KnnParams, knnParameters, searchOptions } from './parameters.js';
import { votesOf } from './votes.js';

/** Values compared in one prediction from which on more threads are worth their start. */
const MANY_VALUES = 2e8;
/** Training rows whose loss stands for that of all: looking all of them up would take longer than anything else. */
const LOSS_ROWS = 500;
/** Rows predicted between two turns of the event loop. */
const LOSS_BLOCK = 64;

/**
 * k nearest neighbours, exact: classification by votes, regression by their mean. Fitting keeps the rows; the work is in
 * predicting. Distances mean something between finite features of equal scale alone. A row's sample weight multiplies its
 * vote. Ties go to the lower row and the lower class.
 */
class NearestNeighbours implements Model {
  private search: NeighbourSearch | undefined;

  constructor(
    private readonly params: KnnParams,
    private fitted?: FittedKnn,
    private threads = threadsWhenLoaded(),
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    const loop = new FitLoop(options, 1);
    const { x, weight, classes, task } = train;
    const used = weight && Uint32Array.from(weight.keys()).filter((row) => weight[row]! > 0);
    const kept = used && used.length < x.rows ? takeDatasetRows(train, used) : train;
    await this.search?.close();
    this.search = undefined;
    this.threads = Math.max(1, options.threads ?? 1);
    this.fitted = {
      ...{ names: x.names, y: kept.y.slice(), x: kept.x.data.slice(0, kept.x.rows * x.cols) },
      ...(task === 'regression' ? {} : { classes: classes! }),
      ...(kept.weight ? { weight: kept.weight.slice() } : {}),
    };
    if (kept.x.rows * x.cols * LOSS_ROWS >= MANY_VALUES) await this.index().join();
    const step = Math.ceil(kept.x.rows / LOSS_ROWS);
    const sample = Uint32Array.from({ length: Math.ceil(kept.x.rows / step) }, (_, i) => i * step);
    const losses = {
      trainLoss: await this.lossOn(takeDatasetRows(kept, sample), options.signal),
      ...(options.validation ? { validationLoss: await this.lossOn(options.validation, options.signal) } : {}),
    };
    await loop.after(1, losses, () => this.save());
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false, seconds };
  }

  predict(x: Matrix): Predictions {
    const { names, classes, y, weight } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    const search = this.index();
    // Where a large prediction comes first, the threads help from the next one on; where none can start, it goes without.
    if (x.rows * y.length * x.cols >= MANY_VALUES) search.join().catch(() => {});
    const { distances, rows } = search.nearest(x.data, x.rows);
    const { k } = search;
    const votes = new Float64Array(k);
    const outputs = classes?.length ?? 0;
    const values = new Float64Array(x.rows);
    const probabilities = new Float64Array(x.rows * outputs);
    for (let i = 0; i < x.rows; i++) {
      votesOf(this.params.weights, distances, rows, i * k, k, weight, votes);
      let total = 0;
      for (let n = 0; n < k; n++) total += votes[n]!;
      if (outputs === 0) for (let n = 0; n < k; n++) values[i]! += (votes[n]! / total) * y[rows[i * k + n]!]!;
      else {
        const row = probabilities.subarray(i * outputs, (i + 1) * outputs);
        for (let n = 0; n < k; n++) row[y[rows[i * k + n]!]!]! += votes[n]!;
        for (let c = 0; c < outputs; c++) row[c]! /= total;
        for (let c = 1; c < outputs; c++) if (row[c]! > row[values[i]!]!) values[i] = c;
      }
    }
    return outputs === 0 ? { values } : { values, probabilities, classes: outputs };
  }

  save(): ModelArtifact {
    return writeKnn(this.mustBeFitted(), this.params);
  }

  static load(artifact: ModelArtifact): NearestNeighbours {
    const { params, fitted } = readKnn(artifact);
    return new NearestNeighbours(params, fitted);
  }

  /** The loss on other rows, in blocks so that the event loop runs in between. */
  private async lossOn(data: Dataset, signal: AbortSignal | undefined): Promise<number> {
    const { rows, cols } = data.x;
    const outputs = data.task === 'regression' ? 0 : data.classes!.length;
    const values = new Float64Array(rows);
    const probabilities = new Float64Array(rows * outputs);
    for (let first = 0; first < rows; first += LOSS_BLOCK) {
      const n = Math.min(LOSS_BLOCK, rows - first);
      const block = this.predict({ ...data.x, rows: n, data: data.x.data.subarray(first * cols, (first + n) * cols) });
      values.set(block.values, first);
      if (block.probabilities) probabilities.set(block.probabilities, first * outputs);
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(signal);
    }
    return predictionLoss(outputs === 0 ? { values } : { values, probabilities, classes: outputs }, data);
  }

  /** The search, made when it is first needed. */
  private index(): NeighbourSearch {
    if (this.search) return this.search;
    const { x, y, names } = this.mustBeFitted();
    try {
      this.search = NeighbourSearch.over(
        x,
        names.length,
        searchOptions(this.params, y.length, names.length),
        this.threads,
      );
      return this.search;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new LearnError(
        'OPTION_UNSUPPORTED',
        `The rows do not fit into the memory of one search: ${error.message}. Keep fewer rows or columns.`,
      );
    }
  }

  private mustBeFitted(): FittedKnn {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

export const knn = defineModel<KnnParams>({
  name: 'knn',
  family: 'neighbours',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  onRequest: true,
  params: knnParameters,
  space: {
    n_neighbors: { type: 'int', low: 1, high: 50, log: true },
    weights: { type: 'categorical', choices: ['uniform', 'distance'] },
    metric: { type: 'categorical', choices: ['euclidean', 'manhattan', 'cosine'] },
  },
  create: (params) => {
    searchOptions(params, 1, 1);
    return new NearestNeighbours(params);
  },
  load: (artifact) => NearestNeighbours.load(artifact),
});
