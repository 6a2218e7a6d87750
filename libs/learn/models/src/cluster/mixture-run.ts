import { createRandom, type Dataset, LearnError } from '@trainyard/data';
import { GaussianEngine } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';
import { EarlyStopping, FitLoop } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { NearestCentroid, tooFewRows } from './centroids.js';
import { LloydRun } from './lloyd.js';
import { maximise, rowsPerStep } from './maximise.js';
import { type CovarianceType, densitiesOf, expect, type Mixture } from './mixture.js';

export interface MixtureParams {
  readonly n_components: number;
  readonly covariance_type: CovarianceType;
  readonly tol: number;
  readonly reg_covar: number;
  readonly max_iter: number;
  readonly n_init: number;
  readonly init_params: 'kmeans' | 'random';
}

const CHECKPOINT = 'trainyard.gaussian-mixture.checkpoint';
const SEED_STEP = 7_919;

interface Best {
  readonly mixture: Mixture;
  readonly bound: number;
  readonly iteration: number;
}

/** An engine that holds the rows. Throws OPTION_UNSUPPORTED when memory does not suffice. */
export function gaussianEngine({ rows, cols, data }: Dataset['x']): GaussianEngine {
  let engine: GaussianEngine;
  try {
    engine = new GaussianEngine(rows, cols);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError('OPTION_UNSUPPORTED', `The data do not fit into the memory of one fit: ${error.message}.`);
  }
  for (let i = 0; i < rows; i++) engine.rows.set(data.subarray(i * cols, (i + 1) * cols), i * engine.stride);
  return engine;
}

/** One fit by expectation maximisation (Dempster et al. 1977): `n_init` starts, of which the most likely mixture is kept. */
export class MixtureRun {
  private readonly loop: FitLoop;
  private readonly stopping: EarlyStopping;
  private readonly totalWeight: number;
  private engine!: GaussianEngine;
  private start = 0;
  private iteration = 0;
  private total = 0;
  private settled = false;
  private early = false;
  private mixture: Mixture | undefined;
  private bound = Number.NEGATIVE_INFINITY;
  private best: Best | undefined;
  private watched: Mixture | undefined;

  constructor(
    private readonly train: Dataset,
    private readonly params: MixtureParams,
    private readonly options: FitOptions,
    private readonly initial: Mixture | undefined,
  ) {
    checkDataset(train);
    checkFiniteMatrix(train.x);
    const { weight, x } = train;
    const counted = weight === undefined ? x.rows : weight.filter((w) => w > 0).length;
    if (counted < params.n_components) throw tooFewRows(counted, params.n_components);
    this.totalWeight = weight === undefined ? x.rows : weight.reduce((a, b) => a + b, 0);
    this.loop = new FitLoop(options, (initial ? 1 : params.n_init) * params.max_iter);
    this.stopping = new EarlyStopping(options.earlyStopping?.rounds);
  }

  async finish(): Promise<{ mixture: Mixture; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const { train, params, options } = this;
    const resume = options.checkpoint?.resume;
    if (resume) this.restore(resume);
    this.engine = gaussianEngine(train.x);
    try {
      for (const starts = this.initial ? 1 : params.n_init; this.start < starts && !this.early; this.start++) {
        this.mixture ??= this.initial ?? (await this.begin());
        await this.iterate();
        const bound = await this.meanLogLikelihood(this.engine, this.mixture, train.weight);
        if (this.best === undefined || bound > this.best.bound) {
          this.best = { mixture: this.mixture, bound, iteration: this.total };
        }
        this.mixture = undefined;
        this.settled = false;
        this.iteration = 0;
        this.bound = Number.NEGATIVE_INFINITY;
      }
      const mixture = this.watched ?? this.best!.mixture;
      const { validation } = options;
      const metrics = {
        trainLoss: -(await this.meanLogLikelihood(this.engine, mixture, train.weight)),
        ...(validation ? { validationLoss: await this.lossOn(validation, mixture) } : {}),
        bestIteration: this.watched ? this.stopping.bestIteration : this.best!.iteration,
        iterations: this.total,
        earlyStopped: this.early,
      };
      return { mixture, metrics };
    } finally {
      this.engine.close();
    }
  }

  /** The mixture of the first responsibilities: whole rows from k-means, or random shares. */
  private async begin(): Promise<Mixture> {
    const { train, params, options } = this;
    const k = params.n_components;
    const seed = options.seed + SEED_STEP * this.start;
    const shares = new Float64Array(train.x.rows * k);
    if (params.init_params === 'kmeans') {
      const lloyd = {
        n_clusters: k,
        init: 'k-means++',
        n_init: 1,
        max_iter: 300,
        tol: 1e-4,
        algorithm: 'lloyd',
      } as const;
      const { signal, threads } = options;
      const control = { seed, ...(signal ? { signal } : {}), ...(threads === undefined ? {} : { threads }) };
      const { centroids } = await new LloydRun(train, lloyd, control, undefined).finish();
      new NearestCentroid(centroids).label(train.x).forEach((cluster, i) => {
        shares[i * k + cluster] = train.weight?.[i] ?? 1;
      });
    } else {
      const random = createRandom(seed);
      for (let i = 0; i < train.x.rows; i++) {
        const drawn = Float64Array.from({ length: k }, () => random.next());
        const sum = drawn.reduce((a, b) => a + b, 0);
        for (let c = 0; c < k; c++) shares[i * k + c] = ((train.weight?.[i] ?? 1) * drawn[c]!) / sum;
      }
    }
    return this.maximised(shares);
  }

  private maximised(shares: Float64Array): Promise<Mixture> {
    const { covariance_type, reg_covar } = this.params;
    return maximise(this.engine, this.train.x.cols, shares, covariance_type, reg_covar, this.loop.breathe);
  }

  private async iterate(): Promise<void> {
    const { train, params, options } = this;
    const shares = new Float64Array(train.x.rows * params.n_components);
    while (!this.settled && !this.early && this.iteration < params.max_iter) {
      const bound = await this.meanLogLikelihood(this.engine, this.mixture!, train.weight, shares);
      this.mixture = await this.maximised(shares);
      this.iteration++;
      this.total++;
      this.settled = Math.abs(bound - this.bound) < params.tol;
      this.bound = bound;
      const ended = this.settled || this.iteration === params.max_iter;
      const { validation, earlyStopping } = options;
      const validationLoss =
        validation && (ended || earlyStopping) ? await this.lossOn(validation, this.mixture) : undefined;
      if (earlyStopping && validationLoss !== undefined && this.stopping.improves(this.total, validationLoss)) {
        this.watched = this.mixture;
      }
      this.early = this.stopping.exhausted(this.total);
      const losses = { trainLoss: -bound, ...(validationLoss === undefined ? {} : { validationLoss }) };
      await this.loop.after(this.total, losses, () => this.checkpoint());
    }
  }

  private async lossOn({ x, weight }: Dataset, mixture: Mixture): Promise<number> {
    const engine = gaussianEngine(x);
    try {
      return -(await this.meanLogLikelihood(engine, mixture, weight));
    } finally {
      engine.close();
    }
  }

  /** The weighted mean; `shares` gets responsibilities times weights when given. */
  private async meanLogLikelihood(
    engine: GaussianEngine,
    mixture: Mixture,
    weight: Float64Array | undefined,
    shares?: Float64Array,
  ): Promise<number> {
    const densities = densitiesOf(mixture);
    const k = mixture.weights.length;
    const step = rowsPerStep(this.train.x.cols, mixture.type);
    let sum = 0;
    let total = 0;
    for (let from = 0; from < engine.count; from += step) {
      const to = Math.min(engine.count, from + step);
      const probabilities = shares?.subarray(from * k, to * k) ?? new Float64Array((to - from) * k);
      const logs = expect(engine, mixture, densities, from, to, probabilities);
      for (let i = 0; i < logs.length; i++) {
        const w = weight === undefined ? 1 : weight[from + i]!;
        sum += w * logs[i]!;
        total += w;
        if (weight !== undefined) for (let c = 0; c < k; c++) probabilities[i * k + c]! *= w;
      }
      await this.loop.breathe();
    }
    return sum / total;
  }

  /** Sum of the weights of the training rows: the n of BIC. */
  get weight(): number {
    return this.totalWeight;
  }

  private checkpoint(): ModelArtifact {
    const { start, iteration, total, settled, early, best, watched, stopping, params } = this;
    const { rows, cols } = this.train.x;
    const manifest = {
      start,
      iteration,
      total,
      settled,
      early,
      rows,
      cols,
      params,
      bestIteration: best?.iteration ?? 0,
    };
    const numbers = Float64Array.of(this.bound, best?.bound ?? 0, stopping.bestLoss, stopping.bestIteration);
    const parts = { now: this.mixture, best: best?.mixture, watched };
    const arrays = Object.entries(parts).flatMap(([name, mixture]) =>
      mixture === undefined
        ? []
        : (['weights', 'means', 'covariances'] as const).map((field) => [`${name}.${field}`, mixture[field]] as const),
    );
    return { format: CHECKPOINT, version: 1, manifest, arrays: { numbers, ...Object.fromEntries(arrays) } };
  }

  private restore(artifact: ModelArtifact): void {
    expectFormat(artifact, CHECKPOINT, 1);
    const saved = artifact.manifest as {
      start: number;
      iteration: number;
      total: number;
      settled: boolean;
      early: boolean;
      rows: number;
      cols: number;
      params: MixtureParams;
      bestIteration: number;
    };
    const { rows, cols } = this.train.x;
    const same = JSON.stringify(saved.params) === JSON.stringify(this.params);
    if (saved.rows !== rows || saved.cols !== cols || !same) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data or parameters than this fit: start without it.',
      );
    }
    const read = (name: string): Mixture | undefined =>
      artifact.arrays[`${name}.weights`] && {
        type: this.params.covariance_type,
        weights: arrayOf(artifact, `${name}.weights`, Float64Array),
        means: arrayOf(artifact, `${name}.means`, Float64Array),
        covariances: arrayOf(artifact, `${name}.covariances`, Float64Array),
      };
    const [bound, bestBound, bestLoss, bestIteration] = arrayOf(artifact, 'numbers', Float64Array, 4);
    Object.assign(this, { start: saved.start, iteration: saved.iteration, total: saved.total });
    Object.assign(this, { settled: saved.settled, early: saved.early });
    this.bound = bound!;
    this.stopping.bestLoss = bestLoss!;
    this.stopping.bestIteration = bestIteration!;
    this.mixture = read('now');
    this.watched = read('watched');
    const best = read('best');
    this.best = best && { mixture: best, bound: bestBound!, iteration: saved.bestIteration };
  }
}
