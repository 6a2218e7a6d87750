import { createRandom, type Dataset, LearnError, type Random } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';
import { EarlyStopping, FitLoop } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { takeDatasetRows } from '../take-rows.js';
import { type Centroids, meanSquaredDistance, NearestCentroid } from './centroids.js';
import { columnMeans, openEngine } from './open-engine.js';
import { seedCentres } from './seed-centres.js';
import { WeightedDraw } from './weighted-draw.js';

export interface MiniBatchParams {
  readonly n_clusters: number;
  readonly init: 'k-means++' | 'random';
  readonly n_init: number | null;
  readonly max_iter: number;
  readonly batch_size: number;
  readonly tol: number;
  readonly max_no_improvement: number | null;
  readonly reassignment_ratio: number;
}

const CHECKPOINT = 'trainyard.minibatch-kmeans.checkpoint';
/** What keeps the random numbers of one step from those of the next. */
const SEED_STEP = 1_000_003;

interface State {
  step: number;
  /** Smoothed mean squared distance, the least so far, and the steps since then. */
  smoothed: number;
  least: number;
  waited: number;
  /** Rows seen since centres were last moved to rows. */
  sinceReassigned: number;
  finished: boolean;
}

/**
 * Mini-batch k-means (Sculley 2010) as scikit-learn does it: each step draws rows, in proportion to their weights, and moves each
 * centre towards the mean of those nearest to it, by the share they have in all rows it has seen.
 */
export class MiniBatchRun {
  private readonly loop: FitLoop;
  private readonly steps: number;
  private readonly stopping: EarlyStopping;
  private readonly rows: WeightedDraw;
  private centroids!: Centroids;
  private watched: Centroids | undefined;
  private variance = 0;
  private state: State = { step: 0, smoothed: -1, least: -1, waited: 0, sinceReassigned: 0, finished: false };

  constructor(
    private readonly train: Dataset,
    private readonly params: MiniBatchParams,
    private readonly options: FitOptions,
    private readonly initial: Centroids | undefined,
  ) {
    checkDataset(train);
    checkFiniteMatrix(train.x);
    this.steps = Math.max(1, Math.floor((params.max_iter * train.x.rows) / params.batch_size));
    this.loop = new FitLoop(options, this.steps);
    this.stopping = new EarlyStopping(options.earlyStopping?.rounds);
    this.rows = new WeightedDraw(train.x.rows, train.weight);
  }

  async finish(): Promise<{ centroids: Centroids; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const { train, options } = this;
    const means = columnMeans(train);
    this.variance = this.meanVariance(means);
    const resume = options.checkpoint?.resume;
    if (resume) this.restore(resume);
    else if (this.initial)
      this.centroids = {
        ...this.initial,
        means,
        centres: this.initial.centres.slice(),
        weights: this.initial.weights.slice(),
      };
    else this.centroids = await this.seeded(means);
    const exhausted = () => this.stopping.exhausted(this.state.step);
    while (!this.state.finished && this.state.step < this.steps && !exhausted()) await this.step();
    const centroids = this.watched ?? this.centroids;
    const { validation } = options;
    const metrics = {
      trainLoss: meanSquaredDistance(centroids, train.x, train.weight),
      ...(validation ? { validationLoss: meanSquaredDistance(centroids, validation.x, validation.weight) } : {}),
      bestIteration: this.watched ? this.stopping.bestIteration : this.state.step,
      iterations: this.state.step,
      earlyStopped: exhausted(),
    };
    return { centroids, metrics };
  }

  /** One step: draw, move, reassign, and judge whether to go on. */
  private async step(): Promise<void> {
    const { params, options, state } = this;
    const random = createRandom(options.seed + SEED_STEP * (state.step + 1));
    const batch = takeDatasetRows(
      { ...this.train, y: new Float64Array(this.train.x.rows) },
      this.rows.draw(random, params.batch_size),
    );
    const distances = new Float64Array(batch.x.rows);
    const labels = new NearestCentroid(this.centroids).label(batch.x, distances);
    const shift = this.move(batch.x.data, labels);
    this.reassign(random, batch.x.data, batch.x.rows);
    state.step++;
    const loss = distances.reduce((a, b) => a + b, 0) / distances.length;
    state.finished = this.settled(loss, shift);
    const ended = state.finished || state.step === this.steps;
    const { validation, earlyStopping } = options;
    const validationLoss =
      validation && (ended || earlyStopping)
        ? meanSquaredDistance(this.centroids, validation.x, validation.weight)
        : undefined;
    if (earlyStopping && validationLoss !== undefined && this.stopping.improves(state.step, validationLoss)) {
      this.watched = {
        ...this.centroids,
        centres: this.centroids.centres.slice(),
        weights: this.centroids.weights.slice(),
      };
    }
    const losses = { trainLoss: loss, ...(validationLoss === undefined ? {} : { validationLoss }) };
    await this.loop.after(state.step, losses, () => this.checkpoint());
  }

  /** Moves each centre to the mean of all rows it has seen, those of the batch included. Returns the sum of squared shifts. */
  private move(data: Float32Array, labels: Float64Array): number {
    const { centres, weights } = this.centroids;
    const cols = this.train.x.cols;
    const before = centres.slice();
    for (let i = 0; i < labels.length; i++) {
      const c = labels[i]!;
      const share = 1 / ++weights[c]!;
      for (let j = 0; j < cols; j++) {
        const at = c * cols + j;
        centres[at]! += share * (data[i * cols + j]! - centres[at]!);
      }
    }
    let shift = 0;
    for (let at = 0; at < centres.length; at++) shift += (centres[at]! - before[at]!) ** 2;
    return shift;
  }

  /** Starts centres that have seen too few rows anew at rows of the batch, at most half of the batch. */
  private reassign(random: Random, data: Float32Array, rows: number): void {
    const { params, state } = this;
    const { centres, weights } = this.centroids;
    state.sinceReassigned += rows;
    if (params.reassignment_ratio === 0) return;
    if (!weights.includes(0) && state.sinceReassigned < 10 * params.n_clusters) return;
    state.sinceReassigned = 0;
    const limit = params.reassignment_ratio * weights.reduce((a, b) => Math.max(a, b));
    const poor = [...weights.keys()]
      .filter((c) => weights[c]! < limit)
      .sort((a, b) => weights[a]! - weights[b]!)
      .slice(0, Math.floor(rows / 2));
    if (poor.length === 0) return;
    const cols = this.train.x.cols;
    const rich = weights.reduce(
      (least, weight, c) => (poor.includes(c) ? least : Math.min(least, weight)),
      Number.POSITIVE_INFINITY,
    );
    const order = random.shuffle(Uint32Array.from({ length: rows }, (_, i) => i));
    poor.forEach((c, i) => {
      const from = order[i]! * cols;
      centres.set(data.subarray(from, from + cols), c * cols);
      weights[c] = rich;
    });
  }

  /** Whether the centres rest, or the smoothed loss no longer falls. The first step's loss is that of the seeds and does not count. */
  private settled(loss: number, shift: number): boolean {
    const { params, state } = this;
    if (state.step === 1) return false;
    const alpha = Math.min(1, (2 * params.batch_size) / (this.train.x.rows + 1));
    state.smoothed = state.smoothed < 0 ? loss : state.smoothed * (1 - alpha) + loss * alpha;
    if (params.tol > 0 && shift <= params.tol * this.variance) return true;
    if (state.least < 0 || state.smoothed < state.least) {
      state.least = state.smoothed;
      state.waited = 0;
    } else state.waited++;
    return params.max_no_improvement !== null && state.waited >= params.max_no_improvement;
  }

  private meanVariance(means: Float64Array): number {
    const { x } = this.train;
    let squares = 0;
    for (let i = 0, at = 0; i < x.rows; i++)
      for (let j = 0; j < x.cols; j++, at++) squares += (x.data[at]! - means[j]!) ** 2;
    return squares / x.rows / x.cols;
  }

  /** The best of `n_init` seedings on a sample of the rows, by the inertia of another sample. */
  private async seeded(means: Float64Array): Promise<Centroids> {
    const { params, options, train } = this;
    const { n_clusters, batch_size, init } = params;
    const size = Math.min(train.x.rows, 3 * Math.max(batch_size, n_clusters));
    const plain = { ...train, y: new Float64Array(train.x.rows) };
    const check = takeDatasetRows(plain, this.rows.draw(createRandom(options.seed), size));
    let best: { centroids: Centroids; loss: number } | undefined;
    for (let start = 0; start < (params.n_init ?? (init === 'random' ? 3 : 1)); start++) {
      const seed = options.seed - SEED_STEP * (start + 1);
      const sample =
        size === train.x.rows
          ? plain
          : { ...takeDatasetRows(plain, this.rows.draw(createRandom(seed), size)), weight: undefined };
      const { weight, ...rest } = sample;
      const { engine, means: sampleMeans } = await openEngine(
        { ...rest, ...(weight ? { weight } : {}) },
        n_clusters,
        1,
        () => this.loop.breathe(),
      );
      try {
        await seedCentres(engine, n_clusters, init, seed);
        const cols = train.x.cols;
        const centres = new Float64Array(n_clusters * cols);
        for (let at = 0; at < centres.length; at++) {
          centres[at] = engine.centres[Math.floor(at / cols) * engine.stride + (at % cols)]! + sampleMeans[at % cols]!;
        }
        const centroids = { names: train.x.names, centres, weights: new Float64Array(n_clusters), means };
        const loss = meanSquaredDistance(centroids, check.x, undefined);
        if (best === undefined || loss < best.loss) best = { centroids, loss };
      } finally {
        await engine.close();
      }
    }
    return best!.centroids;
  }

  private checkpoint(): ModelArtifact {
    const { centroids, watched, stopping, state, params, train } = this;
    const none = new Float64Array(0);
    const manifest = {
      state: { ...state },
      params,
      rows: train.x.rows,
      cols: train.x.cols,
      bestIteration: stopping.bestIteration,
    };
    const arrays = {
      centres: centroids.centres.slice(),
      weights: centroids.weights.slice(),
      watchedCentres: watched?.centres ?? none,
      watchedWeights: watched?.weights ?? none,
      bestLoss: Float64Array.of(stopping.bestLoss),
    };
    return { format: CHECKPOINT, version: 1, manifest, arrays };
  }

  private restore(artifact: ModelArtifact): void {
    expectFormat(artifact, CHECKPOINT, 1);
    const { x } = this.train;
    const saved = artifact.manifest as {
      state: State;
      params: MiniBatchParams;
      rows: number;
      cols: number;
      bestIteration: number;
    };
    if (
      saved.rows !== x.rows ||
      saved.cols !== x.cols ||
      JSON.stringify(saved.params) !== JSON.stringify(this.params)
    ) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data or parameters than this fit: start without it.',
      );
    }
    const means = columnMeans(this.train);
    const k = this.params.n_clusters;
    const read = (centres: string, weights: string): Centroids => ({
      names: x.names,
      means,
      centres: arrayOf(artifact, centres, Float64Array, k * x.cols).slice(),
      weights: arrayOf(artifact, weights, Float64Array, k).slice(),
    });
    this.centroids = read('centres', 'weights');
    if (artifact.arrays.watchedWeights!.length > 0) this.watched = read('watchedCentres', 'watchedWeights');
    this.state = { ...saved.state };
    this.stopping.bestLoss = arrayOf(artifact, 'bestLoss', Float64Array, 1)[0]!;
    this.stopping.bestIteration = saved.bestIteration;
  }
}
