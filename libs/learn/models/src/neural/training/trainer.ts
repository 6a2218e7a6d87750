import { createRandom, type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { EarlyStopping, FitLoop } from '../../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../../model.js';
import { ADAM, type Backend } from '../backend/backend.js';
import type { Head } from '../heads/head.js';
import { lossUnit, outputLoss } from '../heads/output-loss.js';
import { readOutputs } from '../heads/read-outputs.js';
import { inputsOf } from '../layers/network.js';
import { readCheckpoint, type TrainerState, writeCheckpoint } from './checkpoint.js';
import { initialise } from './initialise.js';
import { learningRate, type Schedule } from './learning-rate.js';
import type { Samples } from './samples.js';
import { rowWeights } from './targets.js';
import { compileTraining, type TrainingProgram, type TrainingProgramOptions } from './training-program.js';

/** How to learn, by the names that users give. */
export interface TrainerParams {
  readonly epochs: number;
  readonly batch_size: number;
  readonly learning_rate: number;
  readonly learning_rate_schedule: Schedule;
  readonly weight_decay: number;
  readonly clip_norm: number;
  readonly class_weight: 'balanced' | null;
}

/** Rows with their sequences. */
export interface Part {
  readonly data: Dataset;
  readonly samples: Samples;
}

export interface TrainerOptions extends Pick<TrainingProgramOptions, 'network' | 'shape'> {
  readonly params: TrainerParams;
  readonly backend: Backend;
  readonly head: Head;
  /** What tells checkpoints of other fits apart. */
  readonly fingerprint: Readonly<Record<string, unknown>>;
  /** Weights to go on from. */
  readonly initial?: ReadonlyMap<string, Float32Array>;
}

/**
 * The training loop of all networks: batches in an order that the seed and the epoch decide, AdamW, early stopping with the best
 * weights restored, checkpoints that resume to the same result, a look at the event loop between batches.
 */
export class Trainer {
  private readonly program: TrainingProgram;
  private readonly loop: FitLoop;
  private readonly stopping: EarlyStopping;
  private readonly names: readonly string[];
  private readonly state: TrainerState;
  private readonly batch: number;
  private readonly x: Float32Array;
  private readonly rowWeight: Float32Array;
  /** Rows that count. */
  private readonly rows: Uint32Array;
  private good: { readonly epoch: number; readonly artifact: ModelArtifact } | undefined;
  /** Outputs of a row: one a class, or one value. */
  private readonly width: number;

  constructor(
    private readonly train: Part,
    private readonly validation: Part | undefined,
    private readonly options: TrainerOptions,
    private readonly fit: FitOptions,
  ) {
    const { params, backend, network, shape, head, fingerprint } = options;
    this.loop = new FitLoop(fit, params.epochs);
    this.rowWeight = rowWeights(train.data, params.class_weight === 'balanced');
    this.rows = Uint32Array.from(this.rowWeight.keys()).filter((row) => this.rowWeight[row]! > 0);
    this.batch = Math.min(params.batch_size, this.rows.length);
    this.width = shape.outputs;
    this.program = compileTraining(backend, {
      ...{ network, shape, head, batch: this.batch },
      ...{ weightDecay: params.weight_decay, clipNorm: params.clip_norm },
    });
    this.x = new Float32Array(shape.steps * this.batch * inputsOf(shape));
    this.names = [...this.program.weights.keys()];
    this.state = this.start(fingerprint, options.initial);
    this.program.executable.write(this.state.variables);
    const { bestLoss, bestIteration } = this.state;
    this.stopping = new EarlyStopping(fit.earlyStopping?.rounds, { bestLoss, bestIteration });
  }

  /** Learns to the end. Rejects with ABORTED, PARAMETER_INVALID (the loss is no number any more). */
  async run(): Promise<{ weights: Map<string, Float32Array>; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    try {
      const { state, stopping, validation } = this;
      const { epochs } = this.options.params;
      const keepsBest = this.fit.earlyStopping !== undefined && validation !== undefined;
      while (state.epoch < epochs && !(keepsBest && stopping.exhausted(state.epoch))) await this.epoch(keepsBest);
      const weights = keepsBest ? state.best : this.program.executable.read(this.names);
      return {
        weights,
        metrics: {
          trainLoss: keepsBest ? state.bestTrainLoss : state.trainLosses.at(-1)!,
          ...(validation
            ? { validationLoss: keepsBest ? state.bestValidationLoss : state.validationLosses.at(-1)! }
            : {}),
          bestIteration: keepsBest ? stopping.bestIteration : state.epoch,
          iterations: state.epoch,
          earlyStopped: keepsBest && stopping.exhausted(state.epoch),
        },
      };
    } finally {
      this.program.executable.close();
    }
  }

  /** From the checkpoint, or from the beginning. Throws CHECKPOINT_MISMATCH, ARTIFACT_INVALID. */
  private start(fingerprint: TrainerOptions['fingerprint'], initial?: ReadonlyMap<string, Float32Array>): TrainerState {
    const resume = this.fit.checkpoint?.resume;
    if (resume === undefined) return this.fresh(initial);
    try {
      const state = readCheckpoint(resume, fingerprint, this.program.weights);
      this.good = { epoch: state.epoch, artifact: resume };
      return state;
    } catch (error) {
      this.program.executable.close();
      throw error;
    }
  }

  private fresh(initial?: ReadonlyMap<string, Float32Array>): TrainerState {
    const weights = initial ?? initialise(this.program.weights, this.fit.seed);
    const variables = new Map<string, Float32Array>();
    for (const [name, values] of weights) {
      variables.set(name, values);
      for (const moment of ['m', 'v']) variables.set(`${name}/${moment}`, new Float32Array(values.length));
    }
    return {
      ...{ epoch: 0, step: 0, variables, best: new Map(), bestTrainLoss: 0, bestValidationLoss: 0 },
      ...{ bestLoss: Number.POSITIVE_INFINITY, bestIteration: 0, trainLosses: [], validationLosses: [] },
    };
  }

  private async epoch(keepsBest: boolean): Promise<void> {
    const { state, validation } = this;
    const trainLoss = await this.pass(this.rateOf(state.epoch + 1));
    state.epoch++;
    state.trainLosses.push(trainLoss);
    let validationLoss: number | undefined;
    if (validation) {
      const outputs = await this.outputsOf(validation);
      const { head } = this.options;
      validationLoss = outputLoss(head, outputs, validation.data);
      state.validationLosses.push(validationLoss);
      const { metric } = this.fit.earlyStopping ?? {};
      const score = metric?.score(readOutputs([outputs], validation.samples.count, head), validation.data);
      const watched = score === undefined ? validationLoss : metric!.greaterIsBetter ? -score : score;
      if (keepsBest && this.stopping.improves(state.epoch, watched)) {
        state.best = this.program.executable.read(this.names);
        state.bestTrainLoss = trainLoss;
        state.bestValidationLoss = validationLoss;
      }
    }
    if (trainLoss <= Math.min(...state.trainLosses)) this.keepGood();
    const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
    await this.loop.after(state.epoch, losses, () => this.checkpoint());
  }

  private rateOf(epoch: number): number {
    const { learning_rate_schedule: schedule, learning_rate: base, epochs } = this.options.params;
    const { validationLosses, trainLosses } = this.state;
    return learningRate(schedule, base, epoch, epochs, validationLosses.length > 0 ? validationLosses : trainLosses);
  }

  /** One pass over the rows; returns the mean loss that was met on the way, in the target's units. */
  private async pass(rate: number): Promise<number> {
    const { state, batch, x, rows, fit } = this;
    const { samples } = this.train;
    const order = createRandom(fit.seed * 1_000_003 + state.epoch).shuffle(rows.slice());
    const weight = new Float32Array(batch);
    const target = this.roomForTargets();
    const { unit, shift } = lossUnit(this.options.head);
    const batches = Math.ceil(order.length / batch);
    let sum = 0;
    let total = 0;
    for (let from = 0; from < order.length; from += batch) {
      const count = Math.min(batch, order.length - from);
      samples.gather(order, from, count, batch, x);
      const counted = this.fillTargets(order, from, count, target, weight);
      state.step++;
      const [loss] = this.program.executable.run('learn', {
        ...(target ? { target } : {}),
        ...{ x, weight, seed: Int32Array.of(fit.seed | 0, state.step), rate: Float32Array.of(rate) },
        beta1_power: Float32Array.of(ADAM.beta1 ** state.step),
        beta2_power: Float32Array.of(ADAM.beta2 ** state.step),
      });
      if (!Number.isFinite(loss![0]!)) throw await this.diverged(rate);
      sum += loss![0]! * count;
      total += counted;
      const trainLoss = unit * (sum / total) + shift;
      fit.onBatch?.({ iteration: state.epoch + 1, batch: from / batch + 1, batches, trainLoss });
      await this.loop.breathe();
    }
    return unit * (sum / total) + shift;
  }

  /** Labels, or the values of each row; none where a score is its own loss. */
  private roomForTargets(): Float32Array | Int32Array | undefined {
    const { kind, values } = this.options.head;
    if (kind === 'score') return undefined;
    return kind === 'classes' ? new Int32Array(this.batch) : new Float32Array(this.batch * values);
  }

  /** Targets and weights of a batch; returns the sum of the weights. A row's share of the loss is its weight by the rows of the batch. */
  private fillTargets(
    order: Uint32Array,
    from: number,
    count: number,
    target: Float32Array | Int32Array | undefined,
    weight: Float32Array,
  ): number {
    const { y } = this.train.data;
    const { values, scale, kind } = this.options.head;
    let total = 0;
    for (let n = 0; n < count; n++) {
      const row = order[from + n]!;
      weight[n] = this.rowWeight[row]! / count;
      total += this.rowWeight[row]!;
      if (target === undefined) continue;
      for (let j = 0; j < values; j++) {
        const value = y[row * values + j]!;
        target[n * values + j] = kind === 'classes' ? value : (value - scale.mean[j]!) / scale.deviation[j]!;
      }
    }
    weight.fill(0, count);
    target?.fill(0, count * values);
    return total;
  }

  /** `rows x outputs` of all samples, nothing dropped. */
  private async outputsOf({ samples }: Part): Promise<Float32Array> {
    const { batch, x, width } = this;
    const outputs = new Float32Array(samples.count * width);
    const order = Uint32Array.from({ length: samples.count }, (_, i) => i);
    for (let from = 0; from < order.length; from += batch) {
      const count = Math.min(batch, order.length - from);
      samples.gather(order, from, count, batch, x);
      const [some] = this.program.executable.run('evaluate', { x });
      outputs.set(some!.subarray(0, count * width), from * width);
      await this.loop.breathe();
    }
    return outputs;
  }

  /** Of the epochs so far the one of the lowest loss, if it may be needed. */
  private keepGood(): void {
    if (this.fit.checkpoint) this.good = { epoch: this.state.epoch, artifact: this.checkpoint() };
  }

  /** Saves the last good state, so that a smaller step can go on from there, and says what to do. */
  private async diverged(rate: number): Promise<LearnError> {
    const { good, fit, state } = this;
    if (good) await fit.checkpoint!.save(good.artifact);
    const saved = good ? ` What was learnt until epoch ${good.epoch} is saved as the last checkpoint.` : '';
    return new LearnError(
      'PARAMETER_INVALID',
      `The loss is no number any more in epoch ${state.epoch + 1}, with a learning rate of ${rate}: take a smaller params.learning_rate, or clip gradients with params.clip_norm.${saved}`,
      { field: 'params.learning_rate' },
    );
  }

  private checkpoint(): ModelArtifact {
    const { state, stopping, options } = this;
    const all = this.names.flatMap((name) => [name, `${name}/m`, `${name}/v`]);
    state.variables = this.program.executable.read(all);
    state.bestLoss = stopping.bestLoss;
    state.bestIteration = stopping.bestIteration;
    return writeCheckpoint(state, options.fingerprint);
  }
}
