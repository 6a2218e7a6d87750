import { createRandom, type Dataset, LearnError, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { EarlyStopping, FitLoop } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { SgdLearner, type SgdRows } from './sgd-learner.js';
import { type SgdLoss, sgdLoss } from './sgd-loss.js';
import { type SgdParams, type SgdRules, sgdRules } from './sgd-parameters.js';
import { sgdTargets } from './sgd-targets.js';

const CHECKPOINT = 'trainyard.sgd.checkpoint';
/** Rows that all learners visit while they are in the cache, between looks at the event loop. */
const ROWS_A_TURN = 64;
const SMALLEST_ADAPTIVE_RATE = 1e-6;

/** What learning more rows later needs, one entry a score: vectors `scores x 3 f`, scalars `scores x 6`. */
export interface SgdState {
  readonly vectors: Float64Array;
  readonly scalars: Float64Array;
}

/** One fit: a learner for each score, pass by pass, with stopping, progress and checkpoints. */
export class SgdRun {
  readonly coefficients: Float64Array;
  private readonly learners: readonly SgdLearner[];
  private readonly rows: readonly SgdRows[];
  private readonly order: Uint32Array;
  private readonly loop: FitLoop;
  private readonly loss: SgdLoss;
  private readonly rules: SgdRules;
  private readonly stopping: EarlyStopping;
  /** Of each learner: the best penalised mean loss of a pass, passes since, and whether it has stopped. */
  private readonly watch: { best: number; unimproved: number; stopped: boolean }[];
  private iteration = 0;

  constructor(
    private readonly train: Dataset,
    private readonly task: Task,
    private readonly params: SgdParams,
    private readonly options: FitOptions,
    initial?: SgdState,
  ) {
    this.rules = sgdRules(params, task);
    this.loss = sgdLoss(this.rules.loss, params.epsilon);
    this.loop = new FitLoop(options, params.max_iter);
    this.rows = sgdTargets(train, params.class_weight);
    this.order = Uint32Array.from(train.y.keys()).filter((row) => train.weight === undefined || train.weight[row]! > 0);
    this.learners = this.rows.map(() => new SgdLearner(train.x.cols, params, this.rules, this.loss));
    this.watch = this.rows.map(() => ({ best: Number.POSITIVE_INFINITY, unimproved: 0, stopped: false }));
    this.coefficients = new Float64Array(this.rows.length * (train.x.cols + 1));
    const resume = options.checkpoint?.resume;
    if (resume) this.resume(resume);
    else if (initial) this.restore(initial);
    const bestLoss = resume?.arrays.bestLoss?.[0];
    this.stopping = new EarlyStopping(
      options.earlyStopping?.rounds,
      bestLoss === undefined ? undefined : { bestLoss, bestIteration: Number(resume!.manifest.bestIteration) },
    );
  }

  /** Passes over the rows until the loss settles, or exactly `passes` of them. */
  async finish(passes?: number): Promise<Omit<TrainingMetrics, 'seconds'>> {
    const { validation } = this.options;
    const keepsBest = this.options.earlyStopping !== undefined && validation !== undefined;
    const exhausted = () => keepsBest && this.stopping.exhausted(this.iteration);
    const most = passes ?? this.params.max_iter;
    while (this.iteration < most && !exhausted() && (passes !== undefined || !this.watch.every((w) => w.stopped))) {
      const trainLoss = await this.pass(passes !== undefined);
      this.iteration++;
      const current = this.currentCoefficients();
      const validationLoss = validation && this.meanLoss(validation, current);
      if (!keepsBest || this.stopping.improves(this.iteration, validationLoss!)) this.coefficients.set(current);
      const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
      await this.loop.after(this.iteration, losses, () => this.checkpoint());
    }
    return {
      trainLoss: this.meanLoss(this.train, this.coefficients),
      ...(validation ? { validationLoss: this.meanLoss(validation, this.coefficients) } : {}),
      bestIteration: keepsBest ? this.stopping.bestIteration : this.iteration,
      iterations: this.iteration,
      earlyStopped: exhausted(),
    };
  }

  state(): SgdState {
    const states = this.learners.map((learner) => learner.state());
    const join = (parts: readonly Float64Array[]) => {
      const all = new Float64Array(parts.length * parts[0]!.length);
      parts.forEach((part, i) => {
        all.set(part, i * part.length);
      });
      return all;
    };
    return { vectors: join(states.map((s) => s.vectors)), scalars: join(states.map((s) => s.scalars)) };
  }

  /** One pass of each learner that has not stopped; returns the mean loss met on the way. */
  private async pass(all: boolean): Promise<number> {
    const order = this.params.shuffle
      ? createRandom(this.options.seed * 1_000_003 + this.iteration).shuffle(this.order.slice())
      : this.order;
    const active = [...this.learners.keys()].filter((c) => all || !this.watch[c]!.stopped);
    for (const c of active) this.learners[c]!.startPass();
    for (let from = 0; from < order.length; from += ROWS_A_TURN) {
      const to = Math.min(order.length, from + ROWS_A_TURN);
      for (const c of active) this.learners[c]!.learn(this.rows[c]!, order, from, to);
      await this.loop.breathe();
    }
    for (const c of active) this.heed(c, this.learners[c]!.lossSum / order.length + this.learners[c]!.penalty());
    return this.learners.reduce((sum, learner) => sum + learner.lossSum, 0) / order.length / this.learners.length;
  }

  private heed(c: number, objective: number): void {
    if (!Number.isFinite(objective)) {
      throw new LearnError(
        'FEATURE_INVALID',
        'Stochastic gradient descent overflowed: scale the features and the target, or take a smaller eta0.',
      );
    }
    const watch = this.watch[c]!;
    const { tol, n_iter_no_change } = this.params;
    watch.unimproved = tol !== null && objective > watch.best - tol ? watch.unimproved + 1 : 0;
    watch.best = Math.min(watch.best, objective);
    if (watch.unimproved < n_iter_no_change) return;
    const learner = this.learners[c]!;
    if (this.rules.schedule === 'adaptive' && learner.rate > SMALLEST_ADAPTIVE_RATE) {
      learner.rate /= 5;
      watch.unimproved = 0;
    } else {
      watch.stopped = true;
    }
  }

  private currentCoefficients(): Float64Array {
    const stride = this.train.x.cols + 1;
    const all = new Float64Array(this.learners.length * stride);
    this.learners.forEach((learner, c) => {
      learner.writeCoefficients(all.subarray(c * stride, (c + 1) * stride));
    });
    return all;
  }

  /** Weighted mean of the loss over rows and scores. */
  private meanLoss(data: Dataset, coefficients: Float64Array): number {
    const { cols } = data.x;
    const parts = sgdTargets(data, null);
    let sum = 0;
    let total = 0;
    parts.forEach(({ targets, weights }, c) => {
      const w = coefficients.subarray(c * (cols + 1), (c + 1) * (cols + 1));
      for (let i = 0, begin = 0; i < targets.length; i++, begin += cols) {
        let score = w[cols]!;
        for (let j = 0; j < cols; j++) score += w[j]! * data.x.data[begin + j]!;
        sum += weights[i]! * this.loss.value(targets[i]!, score);
        total += weights[i]!;
      }
    });
    return sum / total;
  }

  private checkpoint(): ModelArtifact {
    const { bestIteration, bestLoss } = this.stopping;
    const { params, task, iteration, train } = this;
    const manifest = {
      ...{ iteration, bestIteration, params, task, rows: train.x.rows, seed: this.options.seed },
      unimproved: this.watch.map((w) => w.unimproved),
      stopped: this.watch.map((w) => w.stopped),
    };
    const arrays = {
      ...this.state(),
      coefficients: this.coefficients.slice(),
      best: Float64Array.from(this.watch, (w) => w.best),
      lossSums: Float64Array.from(this.learners, (learner) => learner.lossSum),
      bestLoss: Float64Array.of(bestLoss),
    };
    return { format: CHECKPOINT, version: 1, manifest, arrays };
  }

  private resume(artifact: ModelArtifact): void {
    expectFormat(artifact, CHECKPOINT, 1);
    const saved = artifact.manifest as Record<string, unknown> & { params: SgdParams };
    const { max_iter: _, ...same } = this.params;
    const sameParams = Object.entries(same).every(([name, value]) => saved.params[name as keyof SgdParams] === value);
    const mine = { task: this.task, rows: this.train.x.rows, seed: this.options.seed };
    if (
      !sameParams ||
      Object.entries(mine).some(([name, value]) => saved[name] !== value) ||
      artifact.arrays.coefficients?.length !== this.coefficients.length
    ) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
      );
    }
    this.restore(readSgdState(artifact, this.learners.length, this.train.x.cols));
    this.coefficients.set(arrayOf(artifact, 'coefficients', Float64Array, this.coefficients.length));
    this.iteration = Number(saved.iteration);
    const best = arrayOf(artifact, 'best', Float64Array, this.watch.length);
    const lossSums = arrayOf(artifact, 'lossSums', Float64Array, this.watch.length);
    this.watch.forEach((watch, c) => {
      watch.best = best[c]!;
      watch.unimproved = (saved.unimproved as number[])[c]!;
      watch.stopped = (saved.stopped as boolean[])[c]!;
      this.learners[c]!.lossSum = lossSums[c]!;
    });
  }

  private restore({ vectors, scalars }: SgdState): void {
    const width = vectors.length / this.learners.length;
    const count = SgdLearner.scalarCount;
    this.learners.forEach((learner, c) => {
      learner.restore(vectors.subarray(c * width, (c + 1) * width), scalars.subarray(c * count, (c + 1) * count));
    });
  }
}

/** Throws ARTIFACT_INVALID unless the artifact holds the state of `scores` learners of `features` features. */
export function readSgdState(artifact: ModelArtifact, scores: number, features: number): SgdState {
  return {
    vectors: arrayOf(artifact, 'vectors', Float64Array, scores * 3 * features),
    scalars: arrayOf(artifact, 'scalars', Float64Array, scores * SgdLearner.scalarCount),
  };
}
