import { type Dataset, isUnsupervised, LearnError, type Matrix, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../check-input.js';
import type { FitOptions, Model, Predictions, TrainingMetrics, Uncertainty } from '../model.js';
import { takeMatrixRows } from '../take-rows.js';
import { openBackend } from './backend/open-backend.js';
import { type FittedNetwork, readNetwork, writeNetwork } from './fitted-network.js';
import { Forward } from './forward.js';
import { checkHead, type Head, type HeadParams, headFor, headOf, widthOf } from './heads/head.js';
import { readOutputs } from './heads/read-outputs.js';
import { uncertaintyOf } from './heads/uncertainty.js';
import type { Network, NetworkShape } from './layers/network.js';
import { monteCarlo } from './monte-carlo.js';
import { trainMembers } from './training/members.js';
import { Samples } from './training/samples.js';
import type { TrainerParams } from './training/trainer.js';

/** Parameters that all networks have. */
export interface NeuralParams extends TrainerParams, HeadParams {
  /** Steps that a row of a table is cut into. */
  readonly seq_len: number;
  /** Of windows; read by those who build them. */
  readonly min_seq_len?: number | null;
  readonly dropout?: number;
  /** Networks that learn from other starting points and answer together. */
  readonly ensemble_size?: number;
  readonly mc_dropout_passes?: number;
  readonly mc_dropout_seed?: number;
  /** Share of the training rows that count as anomalies. */
  readonly contamination?: number;
}

/** One kind of network: its name, and how it is built from its parameters. */
export interface Architecture<Params extends NeuralParams> {
  readonly name: string;
  network(params: Params, shape: NetworkShape): Network;
  /** Of a network whose output is a score: what it makes of the input, `batch x (steps * features)`. */
  reconstruction?(params: Params, shape: NetworkShape): Network;
  /** Throws PARAMETER_INVALID when parameters that are right by themselves do not go together. */
  check?(params: Params): void;
}

/** Most rows that the threshold of anomalies is taken of: beyond, of every so many-th. */
const MOST_THRESHOLD_ROWS = 65_536;

/**
 * A neural network, of whatever architecture, on rows as sequences of steps. Learns with TensorFlow's kernels where they are
 * installed and with our own elsewhere; predicts with our own everywhere. Wants finite, scaled features. Rows of weight 0 are left
 * out. Reported losses are the mean log loss, or the mean squared error in the target's units; of other heads see `lossUnit`.
 */
export class NeuralModel<Params extends NeuralParams> implements Model {
  /** Present where the loss, dropout or several networks say something of it. */
  readonly predictUncertainty?: (x: Matrix, level?: number) => Uncertainty;
  private forwards: readonly Forward[] | undefined;

  /** Throws PARAMETER_INVALID when parameters do not go together, or not with the task. */
  constructor(
    private readonly architecture: Architecture<Params>,
    private readonly params: Params,
    private readonly task: Task,
    private fitted?: FittedNetwork,
  ) {
    checkHead(params, task);
    const { loss = 'squared_error', ensemble_size = 1, mc_dropout_passes = 0, dropout = 0 } = params;
    if (mc_dropout_passes > 0 && dropout === 0) {
      const words = 'params.mc_dropout_passes asks what dropout changes, but params.dropout is 0: give it a share.';
      throw new LearnError('PARAMETER_INVALID', words, { field: 'params.mc_dropout_passes' });
    }
    const knows = loss !== 'squared_error' || ensemble_size > 1 || mc_dropout_passes > 1;
    if (knows && (task === 'regression' || task === 'forecast')) {
      this.predictUncertainty = (x, level) => this.uncertainty(x, level);
    }
  }

  /** Throws OPTION_UNSUPPORTED when a backend is forced that is not there, PARAMETER_INVALID, CHECKPOINT_MISMATCH, MEMORY_TOO_SMALL, ABORTED. */
  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const { params, architecture, task } = this;
    checkDataset(train);
    checkFiniteMatrix(allRows(train.x));
    const samples = new Samples(train.x, params.seq_len);
    const validation = options.validation && this.partOf(options.validation, samples.masked);
    const head = headFor(train, params);
    const { steps, features, masked } = samples;
    const shape = { steps, features, outputs: widthOf(head), ...(masked ? { masked } : {}) };
    const backend = await openBackend(options.threads ?? 1);
    const network = architecture.network(params, shape);
    const initial = options.initial && this.weightsOf(options.initial, shape);
    // A fit may go on for longer, or after it diverged, with smaller steps.
    const { epochs, learning_rate, learning_rate_schedule, clip_norm, ...same } = params;
    const about = { model: architecture.name, params: same, task, shape, rows: train.x.rows, backend: backend.name };
    const { members, metrics } = await trainMembers({
      ...{ train: { data: train, samples }, validation, fit: options, count: params.ensemble_size ?? 1 },
      ...{ params, backend, head, network, shape, about },
      ...(initial ? { initial } : {}),
    });
    const learntWith = `${backend.name} ${backend.version}`;
    const { classes = [], outputs } = train;
    this.fitted = {
      ...{ names: train.x.names, classes, shape, scale: head.scale, members, backend: learntWith },
      ...(outputs ? { outputs } : {}),
    };
    this.forwards = undefined;
    if (isUnsupervised(task)) this.fitted = { ...this.fitted, threshold: this.thresholdOf(train.x) };
    return { ...metrics, backend: learntWith, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const samples = this.samplesOf(x);
    const { threshold } = this.mustBeFitted();
    return readOutputs(this.outputsOf(samples), x.rows, this.head, threshold);
  }

  /** Row-major `n x (steps * features)`: what an autoencoder makes of each row. Throws OPTION_UNSUPPORTED for other networks. */
  reconstruct(x: Matrix): Float32Array {
    const { reconstruction, name } = this.architecture;
    if (reconstruction === undefined)
      throw new LearnError('OPTION_UNSUPPORTED', `"${name}" does not reconstruct its input.`);
    const { shape, members } = this.mustBeFitted();
    const wide = { ...shape, outputs: shape.steps * shape.features };
    return new Forward(reconstruction(this.params, wide), wide, members[0]!).run(this.samplesOf(x));
  }

  save(): ModelArtifact {
    const { architecture, params, task } = this;
    return writeNetwork({ name: architecture.name, params, task, fitted: this.mustBeFitted() });
  }

  /** Throws ARTIFACT_INVALID. */
  static load<Params extends NeuralParams>(
    architecture: Architecture<Params>,
    artifact: ModelArtifact,
  ): NeuralModel<Params> {
    const { params, task, fitted } = readNetwork<Params>(artifact, architecture.name);
    return new NeuralModel(architecture, params, task, fitted);
  }

  private uncertainty(x: Matrix, level?: number): Uncertainty {
    const { shape, members } = this.mustBeFitted();
    const { mc_dropout_passes: passes = 0, mc_dropout_seed: seed = 0 } = this.params;
    const samples = this.samplesOf(x);
    const network = this.architecture.network(this.params, shape);
    const answers =
      passes > 1
        ? members.flatMap((weights, i) =>
            monteCarlo(network, shape, weights, samples, { passes, seed: seed + 1_000_003 * i }),
          )
        : this.outputsOf(samples);
    return uncertaintyOf(answers, x.rows, this.head, level);
  }

  private get head(): Head {
    const { classes, outputs, scale } = this.mustBeFitted();
    return headOf(this.task, this.params, classes.length, outputs?.length ?? 1, scale);
  }

  /** Of each member, `n x outputs`. */
  private outputsOf(samples: Samples): Float32Array[] {
    const { shape, members } = this.mustBeFitted();
    this.forwards ??= members.map(
      (weights) => new Forward(this.architecture.network(this.params, shape), shape, weights),
    );
    return this.forwards.map((forward) => forward.run(samples));
  }

  private samplesOf(x: Matrix): Samples {
    const { names, shape } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(allRows(x));
    const samples = new Samples(x, shape.steps, shape.masked ?? false);
    if (samples.steps !== shape.steps) throw otherLength(samples.steps, shape.steps);
    checkLengths(x, samples);
    return samples;
  }

  /** The score that a share of the training rows, `contamination`, lies above. */
  private thresholdOf(x: Matrix): number {
    const step = Math.ceil(x.rows / MOST_THRESHOLD_ROWS);
    const rows = Uint32Array.from({ length: Math.ceil(x.rows / step) }, (_, i) => i * step);
    const { scores } = this.predict(step === 1 ? x : takeMatrixRows(x, rows));
    const sorted = scores!.slice().sort();
    const { contamination = 0.1 } = this.params;
    return sorted[Math.min(sorted.length - 1, Math.ceil((1 - contamination) * sorted.length) - 1)]!;
  }

  private partOf(data: Dataset, masked: boolean) {
    checkDataset(data, 'validation');
    checkFiniteMatrix(allRows(data.x));
    const samples = new Samples(data.x, this.params.seq_len, masked);
    checkLengths(data.x, samples);
    return { data, samples };
  }

  private weightsOf(artifact: ModelArtifact, shape: NetworkShape): ReadonlyMap<string, Float32Array>[] {
    const { params, fitted } = readNetwork<Params>(artifact, this.architecture.name);
    const builds = (given: Params) => JSON.stringify(architectureOf(given));
    if (builds(params) === builds(this.params) && JSON.stringify(fitted.shape) === JSON.stringify(shape)) {
      return [...fitted.members];
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

/** Throws FEATURE_INVALID at the first sequence that is shorter than the model can take, longer than a window, or empty. */
function checkLengths({ windows, rows }: Matrix, { steps, masked }: Samples): void {
  if (windows?.lengths === undefined) return;
  for (let row = 0; row < rows; row++) {
    const length = windows.lengths[row]!;
    if (length >= (masked ? 1 : steps) && length <= steps) continue;
    const words = masked ? `1 to ${steps}` : `${steps}, because the model learnt from no shorter ones`;
    throw new LearnError('FEATURE_INVALID', `Sequence ${row + 1} has ${length} rows, but must have ${words}.`, { row });
  }
}

/** The parameters that say what the network is, without those of its training. */
function architectureOf(params: NeuralParams): object {
  const { epochs, batch_size, learning_rate, learning_rate_schedule, weight_decay, clip_norm, class_weight, ...rest } =
    params;
  return rest;
}
