import { createRandom, type Dataset, LearnError, type Matrix } from '@trainyard/data';
import SVM from 'ml-svm';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import { FitLoop } from '../fit-loop.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { fromJsonArray, jsonArray } from './json-array.js';
import { rowArrays, smallData } from './small-data.js';

interface MlSvmParams {
  readonly C: number;
  readonly kernel: 'linear' | 'rbf' | 'polynomial';
  readonly sigma: number;
  readonly degree: number;
  readonly tol: number;
  readonly max_iter: number;
}

interface Fitted {
  readonly names: readonly string[];
  readonly classes: readonly string[];
  readonly svm: SVM;
}

const FORMAT = 'trainyard.ml-svm';
/** It holds the whole kernel matrix in arrays of arrays. */
const MOST_ROWS = 2000;

/** The npm package ml-svm: Platt's simplified SMO for two classes. Use `svm` for anything but small data. */
class MlSvm implements Model {
  constructor(
    private readonly params: MlSvmParams,
    private fitted?: Fitted,
  ) {}

  async fit(given: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const train = smallData(given, options, 'ml_svm', MOST_ROWS, 'svm');
    const loop = new FitLoop(options, 1);
    const svm = solve(train, this.params, options.seed);
    this.fitted = { names: train.x.names, classes: train.classes!, svm };
    const { validation } = options;
    const losses = {
      trainLoss: predictionLoss(this.predict(train.x), train),
      ...(validation ? { validationLoss: predictionLoss(this.predict(validation.x), validation) } : {}),
    };
    await loop.after(1, losses, () => this.save());
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: 1, iterations: 1, earlyStopped: false, seconds };
  }

  /** The probability is the logistic function of the margin: it orders rows as the margin does, and is not calibrated. */
  predict(x: Matrix): Predictions {
    const { svm, names } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    const values = new Float64Array(x.rows);
    const probabilities = new Float64Array(x.rows * 2);
    rowArrays(x).forEach((row, i) => {
      const p = 1 / (1 + Math.exp(-svm.marginOne(row)));
      probabilities[2 * i] = 1 - p;
      probabilities[2 * i + 1] = p;
      values[i] = p > 0.5 ? 1 : 0;
    });
    return { values, probabilities, classes: 2 };
  }

  save(): ModelArtifact {
    const { names, classes, svm } = this.mustBeFitted();
    const { random: _, ...options } = (svm.toJSON() as { options: { random?: unknown } }).options;
    const model = { ...svm.toJSON(), options };
    const manifest = { params: this.params, names, classes };
    return { format: FORMAT, version: 1, manifest, arrays: { model: jsonArray(model) } };
  }

  static load(artifact: ModelArtifact): MlSvm {
    expectFormat(artifact, FORMAT, 1);
    const { params, names, classes } = artifact.manifest as {
      params: MlSvmParams;
      names: string[];
      classes: string[];
    };
    const svm = fromJsonArray(artifact, 'model', (model: object) => {
      const loaded = SVM.load(model);
      if (!Number.isFinite(loaded.marginOne(names.map(() => 0)))) throw new TypeError('a margin is not finite');
      return loaded;
    });
    return new MlSvm(params, { names, classes, svm });
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

function solve(train: Dataset, params: MlSvmParams, seed: number): SVM {
  const { C, kernel, sigma, degree, tol, max_iter } = params;
  const svm = new SVM({
    ...{ C, tol, maxIterations: max_iter, kernel: kernel === 'rbf' ? 'gaussian' : kernel, whitening: false },
    ...(kernel === 'linear' ? {} : { kernelOptions: kernel === 'rbf' ? { sigma } : { degree, constant: 1, scale: 1 } }),
    random: createRandom(seed).next,
  });
  try {
    svm.train(
      rowArrays(train.x),
      Array.from(train.y, (y) => (y === 1 ? 1 : -1)),
    );
  } catch (error) {
    if ((error as Error).message !== 'max iterations reached') throw error;
    const words = `ml_svm did not converge in ${max_iter} passes over the rows: raise max_iter, lower C, or use "svm".`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'params.max_iter' });
  }
  // Its bias can become NaN when every support vector is at its bound.
  if (!Number.isFinite(svm.marginOne(Array.from(train.x.data.subarray(0, train.x.cols))))) {
    const words = `ml_svm found no finite solution with C = ${C}: give another C or tol, or use "svm".`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'params.C' });
  }
  return svm;
}

export const mlSvm = defineModel<MlSvmParams>({
  name: 'ml_svm',
  family: 'kernel',
  input: '2d',
  tasks: ['binary'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  onRequest: true,
  params: {
    C: { type: 'float', default: 1, min: 0, exclusiveMin: true, description: 'Cost of a row on the wrong side.' },
    kernel: { type: 'enum', values: ['linear', 'rbf', 'polynomial'], default: 'rbf', description: 'Kernel function.' },
    sigma: {
      type: 'float',
      default: 1,
      min: 0,
      exclusiveMin: true,
      description: 'Width of the rbf kernel: exp(-d^2 / (2 sigma^2)).',
    },
    degree: { type: 'int', default: 2, min: 1, max: 10, description: 'Degree of the polynomial kernel.' },
    tol: { type: 'float', default: 1e-4, min: 0, exclusiveMin: true, description: 'Tolerance of the conditions.' },
    max_iter: { type: 'int', default: 10_000, min: 1, description: 'Most passes over the rows; then the fit fails.' },
  },
  space: {
    C: { type: 'float', low: 0.01, high: 100, log: true },
    sigma: { type: 'float', low: 0.1, high: 10, log: true },
  },
  create: (params) => new MlSvm(params),
  load: MlSvm.load,
});
