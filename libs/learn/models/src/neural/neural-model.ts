import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { openBackend } from './backend/open-backend.js';
import { Forward } from './forward.js';
import type { Network, NetworkShape } from './layers/network.js';
import { toPredictions } from './predictions.js';
import { Samples } from './training/samples.js';
import { type TargetScale, targetScale } from './training/targets.js';
import { Trainer, type TrainerParams } from './training/trainer.js';

/** Parameters that all networks have. */
export interface NeuralParams extends TrainerParams {
  /** Steps that a row of a table is cut into. */
  readonly seq_len: number;
}

/** One kind of network: its name, and how it is built from its parameters. */
export interface Architecture<Params extends NeuralParams> {
  readonly name: string;
  network(params: Params, shape: NetworkShape): Network;
  /** Throws PARAMETER_INVALID when parameters that are right by themselves do not go together. */
  check?(params: Params): void;
}

/** What a fit came to, and what the artifact holds. */
export interface FittedNetwork {
  readonly names: readonly string[];
  /** None in regression. */
  readonly classes: readonly string[];
  readonly shape: NetworkShape;
  readonly scale: TargetScale;
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** What it was learnt with: the library and its version. */
  readonly backend: string;
}

const FORMAT = 'trainyard.neural';
const WEIGHT = 'weight:';

/**
 * A neural network, of whatever architecture, on rows as sequences of steps. Learns with TensorFlow's kernels where they are
 * installed and with our own elsewhere; predicts with our own everywhere. Wants finite, scaled features. Rows of weight 0 are left
 * out. Reported losses are the mean log loss, or the mean squared error in the target's units.
 */
export class NeuralModel<Params extends NeuralParams> implements Model {
  private forward: Forward | undefined;

  constructor(
    private readonly architecture: Architecture<Params>,
    private readonly params: Params,
    private readonly task: Task,
    private fitted?: FittedNetwork,
  ) {}

  /** Throws OPTION_UNSUPPORTED when a backend is forced that is not there, PARAMETER_INVALID, CHECKPOINT_MISMATCH, ABORTED. */
  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const { params, architecture, task } = this;
    checkDataset(train);
    checkFiniteMatrix(allRows(train.x));
    const samples = new Samples(train.x, params.seq_len);
    const validation = options.validation && this.partOf(options.validation);
    const classes = train.classes ?? [];
    const shape = { steps: samples.steps, features: samples.features, outputs: classes.length || 1 };
    const scale = targetScale(train);
    const backend = await openBackend(options.threads ?? 1);
    const { epochs: _, ...same } = params;
    const network = architecture.network(params, shape);
    const initial = options.initial && this.weightsOf(options.initial, shape);
    const trainer = new Trainer(
      { data: train, samples },
      validation,
      {
        ...{ params, backend, scale, network, shape },
        fingerprint: {
          model: architecture.name,
          params: same,
          task,
          shape,
          rows: train.x.rows,
          seed: options.seed,
          backend: backend.name,
        },
        ...(initial ? { initial } : {}),
      },
      options,
    );
    const { weights, metrics } = await trainer.run();
    const learntWith = `${backend.name} ${backend.version}`;
    this.fitted = { names: train.x.names, classes, shape, scale, weights, backend: learntWith };
    this.forward = undefined;
    return { ...metrics, backend: learntWith, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { names, classes, shape, scale, weights } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(allRows(x));
    this.forward ??= new Forward(this.architecture.network(this.params, shape), shape, weights);
    const samples = new Samples(x, shape.steps);
    if (samples.steps !== shape.steps) throw otherLength(samples.steps, shape.steps);
    const outputs = this.forward.run(samples);
    return toPredictions(outputs, x.rows, classes.length, scale);
  }

  save(): ModelArtifact {
    const { names, classes, shape, scale, weights, backend } = this.mustBeFitted();
    const { architecture, params, task } = this;
    const arrays: Record<string, ArtifactArray> = { target: Float64Array.of(scale.mean, scale.deviation) };
    for (const [name, values] of weights) arrays[`${WEIGHT}${name}`] = values;
    const manifest = { model: architecture.name, params, task, names, classes, shape, backend };
    return { format: FORMAT, version: 1, manifest, arrays };
  }

  /** Throws ARTIFACT_INVALID. */
  static load<Params extends NeuralParams>(
    architecture: Architecture<Params>,
    artifact: ModelArtifact,
  ): NeuralModel<Params> {
    const { params, task, fitted } = readNetwork<Params>(artifact, architecture.name);
    return new NeuralModel(architecture, params, task, fitted);
  }

  private partOf(data: Dataset) {
    checkDataset(data, 'validation');
    checkFiniteMatrix(allRows(data.x));
    return { data, samples: new Samples(data.x, this.params.seq_len) };
  }

  private weightsOf(artifact: ModelArtifact, shape: NetworkShape): ReadonlyMap<string, Float32Array> {
    const { params, fitted } = readNetwork<Params>(artifact, this.architecture.name);
    const builds = (given: Params) => JSON.stringify(architectureOf(given));
    if (builds(params) === builds(this.params) && JSON.stringify(fitted.shape) === JSON.stringify(shape)) {
      return fitted.weights;
    }
    const words =
      'The initial model has another architecture, or was fitted on other columns or classes: a warm start needs the same.';
    throw new LearnError('OPTION_UNSUPPORTED', words);
  }

  private mustBeFitted(): FittedNetwork {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

/** The rows that windows are parts of. */
function allRows(x: Matrix): Matrix {
  return x.windows ? { ...x, rows: x.data.length / x.cols } : x;
}

function otherLength(given: number, fitted: number): LearnError {
  const words = `The model was fitted on sequences of ${fitted} rows and was given ${given}.`;
  return new LearnError('FEATURE_INVALID', words);
}

/** The parameters that say what the network is, without those of its training. */
function architectureOf(params: NeuralParams): object {
  const { epochs, batch_size, learning_rate, learning_rate_schedule, weight_decay, clip_norm, class_weight, ...rest } =
    params;
  return rest;
}

/** What an artifact of neural networks holds. Throws ARTIFACT_INVALID. */
export function readNetwork<Params extends NeuralParams>(
  artifact: ModelArtifact,
  name: string,
): { params: Params; task: Task; fitted: FittedNetwork } {
  expectFormat(artifact, FORMAT, 1);
  const manifest = artifact.manifest as unknown as Omit<FittedNetwork, 'scale' | 'weights'> & {
    model: string;
    params: Params;
    task: Task;
  };
  if (manifest.model !== name) {
    throw new LearnError('ARTIFACT_INVALID', `This is an artifact of "${manifest.model}", not of "${name}".`);
  }
  const { params, task, names, classes, shape, backend } = manifest;
  const [mean, deviation] = arrayOf(artifact, 'target', Float64Array, 2);
  const weights = new Map<string, Float32Array>();
  for (const key of Object.keys(artifact.arrays)) {
    if (key.startsWith(WEIGHT)) weights.set(key.slice(WEIGHT.length), arrayOf(artifact, key, Float32Array));
  }
  return {
    params,
    task,
    fitted: { names, classes, shape, backend, weights, scale: { mean: mean!, deviation: deviation! } },
  };
}
