import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { EarlyStopping, FitLoop } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { CoordinateDescent } from './coordinate-descent.js';
import { type CoordinateProblem, coordinateProblem } from './coordinate-problem.js';
import { FittedLine } from './fitted-line.js';

/** Names, meanings and defaults of scikit-learn's ElasticNet. */
export interface ElasticNetParams {
  readonly alpha: number;
  readonly l1_ratio: number;
  readonly fit_intercept: boolean;
  readonly max_iter: number;
  readonly tol: number;
  readonly positive: boolean;
  readonly selection: 'cyclic' | 'random';
}

const CHECKPOINT = 'trainyard.elastic-net.checkpoint';

/** One fit by coordinate descent, with its stopping, progress and checkpoints. */
export class ElasticNetRun {
  private readonly descent: CoordinateDescent;
  private readonly stopping: EarlyStopping;
  private iteration = 0;
  private converged = false;
  private best: Float64Array;

  private constructor(
    private readonly train: Dataset,
    private readonly params: ElasticNetParams,
    private readonly options: FitOptions,
    private readonly loop: FitLoop,
    private readonly problem: CoordinateProblem,
    start: Float64Array,
  ) {
    const total = train.weight === undefined ? train.x.rows : train.weight.reduce((a, b) => a + b, 0);
    const rules = {
      l1: params.alpha * params.l1_ratio * total,
      l2: params.alpha * (1 - params.l1_ratio) * total,
      positive: params.positive,
      random: params.selection === 'random',
      seed: options.seed,
    };
    this.descent = new CoordinateDescent(problem, rules, start);
    const resume = options.checkpoint?.resume;
    if (resume) this.resume(resume);
    else this.descent.begin();
    this.best = resume ? arrayOf(resume, 'best', Float64Array, start.length + 1).slice() : this.withIntercept();
    const bestLoss = resume?.arrays.bestLoss?.[0];
    this.stopping = new EarlyStopping(
      options.earlyStopping?.rounds,
      bestLoss === undefined ? undefined : { bestLoss, bestIteration: Number(resume!.manifest.bestIteration) },
    );
  }

  /** Fits. `start` holds f coefficients: 0 if not given. */
  static async run(
    train: Dataset,
    params: ElasticNetParams,
    options: FitOptions,
    start: Float64Array = new Float64Array(train.x.cols),
  ): Promise<{ line: FittedLine; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const loop = new FitLoop(options, params.max_iter);
    const turns = { threads: options.threads ?? 1, breathe: loop.breathe };
    const problem = await coordinateProblem(train, params.fit_intercept, turns);
    return new ElasticNetRun(train, params, options, loop, problem, start).finish();
  }

  private async finish() {
    const { options, params, descent, problem, train } = this;
    const { validation } = options;
    const keepsBest = options.earlyStopping !== undefined && validation !== undefined;
    const exhausted = () => keepsBest && this.stopping.exhausted(this.iteration);
    const total = train.weight === undefined ? train.x.rows : train.weight.reduce((a, b) => a + b, 0);
    while (!this.converged && this.iteration < params.max_iter && !exhausted()) {
      await descent.iterate(this.iteration, params.tol, this.loop.breathe);
      this.iteration++;
      this.converged = descent.dualityGap() <= params.tol * problem.targetSquares;
      const line = new FittedLine(train.x.names, this.withIntercept(), new Float64Array(train.x.cols));
      const validationLoss = validation && line.meanSquaredError(validation);
      if (!keepsBest || this.stopping.improves(this.iteration, validationLoss!)) this.best = line.coefficients;
      const trainLoss = problem.residual(descent.coefficients).squares / total;
      const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
      await this.loop.after(this.iteration, losses, () => this.checkpoint());
    }
    const line = FittedLine.of(train, this.best);
    const metrics = {
      trainLoss: line.meanSquaredError(train),
      ...(validation ? { validationLoss: line.meanSquaredError(validation) } : {}),
      bestIteration: keepsBest ? this.stopping.bestIteration : this.iteration,
      iterations: this.iteration,
      earlyStopped: exhausted(),
    };
    return { line, metrics };
  }

  /** f coefficients and the intercept that makes the mean prediction the mean target. */
  private withIntercept(): Float64Array {
    const { means, targetMean } = this.problem;
    const all = new Float64Array(means.length + 1);
    all.set(this.descent.coefficients);
    all[means.length] = means.reduce((left, mean, j) => left - mean * all[j]!, targetMean);
    return all;
  }

  private checkpoint(): ModelArtifact {
    const { iteration, converged, params, train } = this;
    const { bestIteration, bestLoss } = this.stopping;
    const manifest = { iteration, converged, bestIteration, rows: train.x.rows, params, seed: this.options.seed };
    const arrays = {
      coefficients: this.descent.coefficients.slice(),
      state: this.problem.state.slice(),
      best: this.best,
      bestLoss: Float64Array.of(bestLoss),
    };
    return { format: CHECKPOINT, version: 1, manifest, arrays };
  }

  private resume(artifact: ModelArtifact): void {
    expectFormat(artifact, CHECKPOINT, 1);
    const saved = artifact.manifest as {
      iteration: number;
      converged: boolean;
      rows: number;
      params: ElasticNetParams;
      seed: number;
    };
    const { max_iter: _, ...same } = this.params;
    const sameParams = Object.entries(same).every(
      ([name, value]) => saved.params[name as keyof ElasticNetParams] === value,
    );
    const { coefficients } = this.descent;
    if (
      !sameParams ||
      saved.rows !== this.train.x.rows ||
      saved.seed !== this.options.seed ||
      artifact.arrays.coefficients?.length !== coefficients.length
    ) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
      );
    }
    coefficients.set(arrayOf(artifact, 'coefficients', Float64Array, coefficients.length));
    this.problem.state.set(arrayOf(artifact, 'state', Float64Array, this.problem.state.length));
    this.iteration = saved.iteration;
    this.converged = saved.converged;
  }
}
