import { createRandom, type Dataset, LearnError, type Matrix } from '@trainyard/data';
import { CosineFeatures } from '@trainyard/kernels';
import type { ModelArtifact } from '../../artifact.js';
import { arrayOf, expectFormat } from '../../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../../check-input.js';
import { createModel } from '../../definition.js';
import { throwIfAborted } from '../../fit-loop.js';
import { ridge } from '../../linear/linear.js';
import { logistic } from '../../linear/logistic.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../../model.js';
import { kernelFunction } from './kernel-function.js';
import type { SvmParams } from './parameters.js';

export const RANDOM_FEATURES = 'trainyard.svm.random_features';
const LINEAR_ARRAY = 'linear.';
/** Most bytes of features held during a fit. */
const MOST_BYTES = 1.5e9;
const BLOCK = 512;

interface Fitted {
  readonly names: readonly string[];
  readonly directions: Float32Array;
  readonly phases: Float32Array;
  readonly linear: Model;
}

/**
 * The `approximation: random_features` of an SVM: the rbf kernel by random cosines, and on them a linear model that is smooth
 * where the SVM's loss has a corner: logistic regression at the same C, or ridge regression at alpha = 1 / (2 C).
 * Probabilities are those of the logistic model. Time and memory grow with rows x n_components.
 */
export class RandomFeaturesMachine implements Model {
  private features: CosineFeatures | undefined;

  constructor(
    private readonly params: SvmParams,
    private fitted?: Fitted,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    throwIfAborted(options.signal);
    checkDataset(train);
    checkFiniteMatrix(train.x);
    const { rows, cols, names } = train.x;
    const { n_components: components, C, class_weight } = this.params;
    const bytes = (rows + (options.validation?.x.rows ?? 0)) * components * 4;
    if (bytes > MOST_BYTES) {
      throw new LearnError(
        'OPTION_UNSUPPORTED',
        `${rows} rows x ${components} random features need ${(bytes / 1e9).toFixed(1)} GB, and ${MOST_BYTES / 1e9} GB is the most: give fewer n_components or rows.`,
        { field: 'params.n_components' },
      );
    }
    const { gamma } = kernelFunction({ ...this.params, kernel: 'rbf' }, train.x);
    const random = createRandom(options.seed);
    const directions = Float32Array.from({ length: components * cols }, () => random.normal() * Math.sqrt(2 * gamma));
    const phases = Float32Array.from({ length: components }, () => random.next() * 2 * Math.PI);
    this.features = new CosineFeatures(directions, phases, cols);
    const onFeatures = async (data: Dataset) => ({ ...data, x: await this.map(data.x, options.signal) });
    const linear =
      train.task === 'regression'
        ? createModel(ridge, { alpha: 1 / (2 * C) }, train.task)
        : createModel(logistic, { C, class_weight, max_iter: 1000, tol: 1e-4 }, train.task);
    const metrics = await linear.fit(await onFeatures(train), {
      ...this.sealed(options, gamma),
      ...(options.validation ? { validation: await onFeatures(options.validation) } : {}),
    });
    this.fitted = { names, directions, phases, linear };
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { names, directions, phases, linear } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    this.features ??= new CosineFeatures(directions, phases, x.cols);
    const mapped = this.empty(x.rows);
    this.features.transform(x.data, x.rows, mapped.data);
    return linear.predict(mapped);
  }

  save(): ModelArtifact {
    const { names, directions, phases, linear } = this.mustBeFitted();
    const { format, version, manifest, arrays } = linear.save();
    const prefixed = Object.entries(arrays).map(([name, array]) => [LINEAR_ARRAY + name, array] as const);
    return {
      ...{ format: RANDOM_FEATURES, version: 1 },
      manifest: { params: this.params, names, linear: { format, version, manifest } },
      arrays: { directions, phases, ...Object.fromEntries(prefixed) },
    };
  }

  /** Throws ARTIFACT_INVALID. */
  static load(artifact: ModelArtifact): RandomFeaturesMachine {
    expectFormat(artifact, RANDOM_FEATURES, 1);
    const { params, names, linear } = artifact.manifest as {
      params: SvmParams;
      names: string[];
      linear: Omit<ModelArtifact, 'arrays'>;
    };
    if (!Array.isArray(names) || names.length === 0 || typeof linear?.format !== 'string') {
      throw new LearnError('ARTIFACT_INVALID', `"${RANDOM_FEATURES}" needs names and a linear model.`);
    }
    const phases = arrayOf(artifact, 'phases', Float32Array, params.n_components);
    const directions = arrayOf(artifact, 'directions', Float32Array, phases.length * names.length);
    const own = Object.entries(artifact.arrays).filter(([name]) => name.startsWith(LINEAR_ARRAY));
    const arrays = Object.fromEntries(own.map(([name, array]) => [name.slice(LINEAR_ARRAY.length), array]));
    const definition = linear.format === 'trainyard.logistic' ? logistic : ridge;
    const model = definition.load({ ...linear, arrays });
    return new RandomFeaturesMachine(params, { names, directions, phases, linear: model });
  }

  /** Options for the linear fit; its checkpoints carry what the features were drawn from. */
  private sealed(options: FitOptions, gamma: number): FitOptions {
    const { checkpoint } = options;
    if (!checkpoint) return options;
    const { save, resume } = checkpoint;
    const drawn = JSON.stringify({ seed: options.seed, gamma, components: this.params.n_components });
    if (resume && resume.manifest.drawn !== drawn) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data, seed or parameters than this fit: start without it.',
      );
    }
    const marked = (artifact: ModelArtifact) => save({ ...artifact, manifest: { ...artifact.manifest, drawn } });
    return { ...options, checkpoint: { ...checkpoint, save: marked } };
  }

  private async map(x: Matrix, signal: AbortSignal | undefined): Promise<Matrix> {
    const mapped = this.empty(x.rows);
    for (let first = 0; first < x.rows; first += BLOCK) {
      const n = Math.min(BLOCK, x.rows - first);
      this.features!.transform(x.data.subarray(first * x.cols), n, mapped.data.subarray(first * mapped.cols));
      await new Promise((resolve) => setImmediate(resolve));
      throwIfAborted(signal);
    }
    return mapped;
  }

  private empty(rows: number): Matrix {
    const cols = this.params.n_components;
    const names = Array.from({ length: cols }, (_, i) => `cosine${i}`);
    return { rows, cols, names, data: new Float32Array(rows * cols) };
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}
