import type { Dataset } from '@trainyard/data';
import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { EarlyStopping, FitLoop, type Losses } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { type Centroids, meanSquaredDistance, tooFewRows } from './centroids.js';
import { moveCentres } from './move-centres.js';
import { type OpenEngine, openEngine } from './open-engine.js';
import { seedCentres } from './seed-centres.js';

export interface KMeansParams {
  readonly n_clusters: number;
  readonly init: 'k-means++' | 'random';
  readonly n_init: number | null;
  readonly max_iter: number;
  readonly tol: number;
  readonly algorithm: 'lloyd' | 'elkan';
}

const CHECKPOINT = 'trainyard.kmeans.checkpoint';
/** What keeps the seeds of one fit's starts apart. */
const SEED_STEP = 7_919;

/** Where one of the starts has got to. All centres are `k x stride`. */
interface Best {
  readonly loss: number;
  readonly centres: Float64Array;
  readonly iteration: number;
}

/** One fit by Lloyd's algorithm: `n_init` starts of up to `max_iter` iterations, of which the one with the least inertia is kept. */
export class LloydRun {
  private readonly loop: FitLoop;
  private readonly starts: number;
  private readonly stopping: EarlyStopping;
  private open!: OpenEngine;
  private start = 0;
  /** Iterations of this start, and of all. */
  private iteration = 0;
  private total = 0;
  /** Centres that the labels belong to, before the last move. */
  private previous: Float64Array | undefined;
  private best: Best | undefined;
  private watched: Best | undefined;
  private squares = 0;
  /** This start has come to rest; validation has stopped the fit. */
  private settled = false;
  private early = false;

  constructor(
    private readonly train: Dataset,
    private readonly params: KMeansParams,
    private readonly options: FitOptions,
    private readonly initial: Centroids | undefined,
  ) {
    // Greedy k-means++ rarely gains from more starts; random centres do (scikit-learn's n_init "auto").
    this.starts = initial ? 1 : (params.n_init ?? (params.init === 'random' ? 10 : 1));
    this.loop = new FitLoop(options, this.starts * params.max_iter);
    this.stopping = new EarlyStopping(options.earlyStopping?.rounds);
  }

  async finish(): Promise<{ centroids: Centroids; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const { train, params, options } = this;
    this.open = await openEngine(train, params.n_clusters, options.threads ?? 1, () => this.loop.breathe());
    try {
      this.measure();
      const resume = options.checkpoint?.resume;
      if (resume) await this.restore(resume);
      for (; this.start < this.starts && !this.early; this.start++) {
        if (this.previous === undefined) await this.begin();
        await this.iterate();
        await this.keep();
        this.previous = undefined;
        this.settled = false;
        this.iteration = 0;
      }
      return await this.result();
    } finally {
      await this.open.engine.close();
    }
  }

  /** Weighted sum of squared lengths: what `relative` losses lack. */
  private measure(): void {
    const { rows, stride, weights } = this.open.engine;
    for (let i = 0; i < weights.length; i++) {
      let squares = 0;
      for (let at = i * stride; at < (i + 1) * stride; at++) squares += rows[at]! * rows[at]!;
      this.squares += weights[i]! * squares;
    }
  }

  private async begin(): Promise<void> {
    const { engine, means } = this.open;
    const { initial, params, options } = this;
    engine.centres.fill(0);
    if (initial === undefined)
      return seedCentres(engine, params.n_clusters, params.init, options.seed + SEED_STEP * this.start);
    const cols = means.length;
    initial.centres.forEach((value, at) => {
      const j = at % cols;
      engine.centres[Math.floor(at / cols) * engine.stride + j] = value - means[j]!;
    });
  }

  /** Iterates until nothing changes, the centres rest, or validation stops improving. */
  private async iterate(): Promise<void> {
    const { engine, totalWeight } = this.open;
    const { params } = this;
    const rest = params.tol * (this.squares / totalWeight / this.train.x.cols);
    while (!this.settled && !this.early && this.iteration < params.max_iter) {
      this.previous = engine.centres.slice();
      engine.placeCentres();
      const { changed } = await engine.assign();
      const { shift, relative } = await moveCentres(engine);
      this.iteration++;
      this.total++;
      this.settled = (changed === 0 && this.iteration > 1) || shift <= rest;
      const trainLoss = Math.max(0, (this.squares + relative) / totalWeight);
      const ended = this.settled || this.iteration === params.max_iter;
      const losses = this.validated({ trainLoss }, ended);
      this.early = this.stopping.exhausted(this.total);
      await this.loop.after(this.total, losses, () => this.checkpoint());
    }
  }

  /** Adds the validation loss: always when it decides, else at the end of a start alone, because it costs more than an iteration. */
  private validated(losses: Losses, ended: boolean): Losses {
    const { validation, earlyStopping } = this.options;
    if (validation === undefined || !(ended || earlyStopping)) return losses;
    const centres = this.open.engine.centres.slice();
    const validationLoss = meanSquaredDistance(this.centroids(centres), validation.x, validation.weight);
    if (earlyStopping && this.stopping.improves(this.total, validationLoss)) {
      this.watched = { loss: validationLoss, centres, iteration: this.total };
    }
    return { ...losses, validationLoss };
  }

  /** Scores a finished start and keeps it when it is the best. */
  private async keep(): Promise<void> {
    const { engine, totalWeight } = this.open;
    if (this.options.earlyStopping && this.watched) engine.centres.set(this.watched.centres);
    engine.placeCentres();
    await engine.assign();
    const loss = (await engine.distances()) / totalWeight;
    const empty = engine.sums().weights.filter((weight) => weight === 0).length;
    const { n_clusters } = this.params;
    if (empty > 0 && engine.closest.every((distance) => distance === 0))
      throw tooFewRows(n_clusters - empty, n_clusters);
    if (this.best === undefined || loss < this.best.loss) {
      this.best = { loss, centres: engine.centres.slice(), iteration: this.watched?.iteration ?? this.total };
    }
  }

  private async result(): Promise<{ centroids: Centroids; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const { engine } = this.open;
    const { validation } = this.options;
    const { loss, centres, iteration } = this.best!;
    engine.centres.set(centres);
    engine.placeCentres();
    await engine.assign();
    const centroids = { ...this.centroids(centres), weights: engine.sums().weights };
    const metrics = {
      trainLoss: loss,
      ...(validation ? { validationLoss: meanSquaredDistance(centroids, validation.x, validation.weight) } : {}),
      bestIteration: iteration,
      iterations: this.total,
      earlyStopped: this.early,
    };
    return { centroids, metrics };
  }

  /** Centres of the engine's layout in the units of the features. */
  private centroids(centres: Float64Array): Centroids {
    const { engine, means } = this.open;
    const { n_clusters } = this.params;
    const cols = means.length;
    const plain = new Float64Array(n_clusters * cols);
    for (let at = 0; at < plain.length; at++) {
      const j = at % cols;
      plain[at] = centres[Math.floor(at / cols) * engine.stride + j]! + means[j]!;
    }
    return { names: this.train.x.names, centres: plain, weights: new Float64Array(n_clusters), means };
  }

  private checkpoint(): ModelArtifact {
    const { start, iteration, total, settled, early, best, watched, stopping } = this;
    const manifest = {
      ...{
        start,
        iteration,
        total,
        settled,
        early,
        rows: this.train.x.rows,
        cols: this.train.x.cols,
        params: this.params,
      },
      bestIteration: best?.iteration ?? 0,
      watchedIteration: watched?.iteration ?? 0,
    };
    const arrays = {
      centres: this.open.engine.centres.slice(),
      previous: this.previous!,
      best: best?.centres ?? new Float64Array(0),
      watched: watched?.centres ?? new Float64Array(0),
      losses: Float64Array.of(best?.loss ?? 0, watched?.loss ?? 0, stopping.bestLoss, stopping.bestIteration),
    };
    return { format: CHECKPOINT, version: 1, manifest, arrays };
  }

  /** Labels are not saved: the centres that they belong to give them again. */
  private async restore(artifact: ModelArtifact): Promise<void> {
    expectFormat(artifact, CHECKPOINT, 1);
    const { engine } = this.open;
    const saved = artifact.manifest as {
      start: number;
      iteration: number;
      total: number;
      settled: boolean;
      early: boolean;
      rows: number;
      cols: number;
      params: KMeansParams;
      bestIteration: number;
      watchedIteration: number;
    };
    const { rows, cols } = this.train.x;
    const same = JSON.stringify(saved.params) === JSON.stringify(this.params);
    if (
      saved.rows !== rows ||
      saved.cols !== cols ||
      !same ||
      artifact.arrays.centres?.length !== engine.centres.length
    ) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data or parameters than this fit: start without it.',
      );
    }
    const n = engine.centres.length;
    const [bestLoss, watchedLoss, stoppingLoss, stoppingIteration] = arrayOf(artifact, 'losses', Float64Array, 4);
    const kept = (name: string, loss: number, iteration: number): Best | undefined =>
      artifact.arrays[name]?.length === n
        ? { loss, centres: arrayOf(artifact, name, Float64Array, n).slice(), iteration }
        : undefined;
    this.best = kept('best', bestLoss!, saved.bestIteration);
    this.watched = kept('watched', watchedLoss!, saved.watchedIteration);
    this.stopping.bestLoss = stoppingLoss!;
    this.stopping.bestIteration = stoppingIteration!;
    this.start = saved.start;
    this.iteration = saved.iteration;
    this.total = saved.total;
    this.settled = saved.settled;
    this.early = saved.early;
    this.previous = arrayOf(artifact, 'previous', Float64Array, n).slice();
    engine.centres.set(this.previous);
    engine.placeCentres();
    await engine.assign();
    engine.centres.set(arrayOf(artifact, 'centres', Float64Array, n));
  }
}
