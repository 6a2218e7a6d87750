import { createRandom, type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { arrayOf, expectFormat } from '../../artifact-fields.js';
import { EarlyStopping, FitLoop } from '../../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../../model.js';
import { takeMatrixRows } from '../../take-rows.js';
import { createDenseEngine } from './create-dense-engine.js';
import { HyperparameterSpace } from './hyperparameters.js';
import { type GaussianProcessParams, MOST_EXACT_ROWS } from './parameters.js';
import { Posterior } from './posterior.js';
import { type Observations, RegressionEvidence } from './regression-evidence.js';
import { notDefinite, type SearchState, searchKernel } from './search.js';
import { sparsePosterior } from './sparse-posterior.js';
import { packTriangle } from './triangle.js';

const CHECKPOINT = 'trainyard.gaussian-process.checkpoint';

/** A fitted regression: the posterior of the target brought to `(y - offset) / spread`. */
export interface RegressionFit {
  readonly posterior: Posterior;
  readonly offset: number;
  readonly spread: number;
  readonly method: 'exact' | 'sparse';
  /** Log marginal likelihood of the rows the kernel was found on. */
  readonly logMarginalLikelihood: number;
}

/** Rows of weight above 0, with the target normalised. */
function observe(train: Dataset, normalise: boolean): { rows: Observations; offset: number; spread: number } {
  const kept = Uint32Array.from(train.y.keys()).filter((i) => train.weight === undefined || train.weight[i]! > 0);
  const weight = Float64Array.from(kept, (i) => train.weight?.[i] ?? 1);
  const y = Float64Array.from(kept, (i) => train.y[i]!);
  const total = weight.reduce((a, b) => a + b);
  const mean = y.reduce((sum, value, i) => sum + weight[i]! * value, 0) / total;
  const variance = y.reduce((sum, value, i) => sum + weight[i]! * (value - mean) ** 2, 0) / total;
  const offset = normalise ? mean : 0;
  const spread = normalise && variance > 0 ? Math.sqrt(variance) : 1;
  const rows = { x: takeMatrixRows(train.x, kept), y: y.map((value) => (value - offset) / spread), weight };
  return { rows, offset, spread };
}

/** `count` of the rows at random, in their order. */
function sample({ x, y, weight }: Observations, count: number, seed: number): Observations {
  if (count >= x.rows) return { x, y, weight };
  const all = Uint32Array.from({ length: x.rows }, (_, i) => i);
  const chosen = createRandom(seed).shuffle(all).slice(0, count).sort();
  return {
    x: takeMatrixRows(x, chosen),
    y: Float64Array.from(chosen, (i) => y[i]!),
    weight: Float64Array.from(chosen, (i) => weight[i]!),
  };
}

/** One fit of a regression: finds the kernel on the rows (exact) or a sample of them (sparse), then the posterior of all rows. */
export class GaussianProcessRegressionRun {
  private readonly rows: Observations;
  private readonly known: Observations;
  private readonly offset: number;
  private readonly spread: number;
  private readonly method: 'exact' | 'sparse';
  private readonly space: HyperparameterSpace;
  private readonly stopping: EarlyStopping;
  private readonly loop: FitLoop;
  private iteration = 0;
  private bestOnValidation: Float64Array | undefined;

  constructor(
    private readonly train: Dataset,
    private readonly params: GaussianProcessParams,
    private readonly options: FitOptions,
  ) {
    const { rows, offset, spread } = observe(train, params.normalize_y);
    const exact = params.method === 'exact' || (params.method === 'auto' && rows.x.rows <= MOST_EXACT_ROWS);
    this.method = exact ? 'exact' : 'sparse';
    this.rows = rows;
    this.known = exact ? rows : sample(rows, params.n_inducing, options.seed);
    this.offset = offset;
    this.spread = spread;
    this.space = new HyperparameterSpace(params, train.x.cols, params.noise_level > 0);
    const most = params.optimizer === 'none' ? 1 : params.max_iter * (params.n_restarts_optimizer + 1);
    this.loop = new FitLoop(options, most);
    const resume = options.checkpoint?.resume;
    const bestLoss = resume?.arrays.bestLoss?.[0];
    this.stopping = new EarlyStopping(
      options.earlyStopping?.rounds,
      bestLoss === undefined ? undefined : { bestLoss, bestIteration: Number(resume!.manifest.bestIteration) },
    );
  }

  async run(): Promise<{ fit: RegressionFit; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const { known, params, options } = this;
    const engine = await createDenseEngine(known.x.rows, known.x.cols, options.threads ?? 1, 0.5);
    const evidence = new RegressionEvidence(engine, known, this.space, params.alpha, this.loop.breathe);
    try {
      const theta = params.optimizer === 'none' ? this.space.start() : await this.search(evidence);
      const value = await evidence.evaluate(theta);
      if (!Number.isFinite(value)) throw notDefinite();
      const exact = this.exactPosterior(evidence, engine.a, theta);
      const sparse = this.method === 'sparse' ? await this.sparse(theta) : undefined;
      const fit = {
        ...{ offset: this.offset, spread: this.spread, method: this.method, logMarginalLikelihood: value },
        posterior: sparse ?? exact,
      };
      const trainLoss = sparse
        ? this.meanSquaredError(sparse, this.train)
        : evidence.trainLoss(theta) * this.spread ** 2;
      return { fit, metrics: await this.finish(fit.posterior, trainLoss) };
    } finally {
      await engine.close();
    }
  }

  private async search(evidence: RegressionEvidence): Promise<Float64Array> {
    const { params, options, known } = this;
    const { validation } = options;
    const keepsBest = options.earlyStopping !== undefined && validation !== undefined;
    const saved = options.checkpoint?.resume;
    const from = {
      rows: known.weight.reduce((a, b) => a + b),
      seed: options.seed,
      resume: saved && this.resume(saved),
    };
    if (keepsBest && this.stopping.exhausted(this.iteration)) return this.bestOnValidation!;
    let last: Float64Array | undefined;
    const gradient = async (theta: Float64Array, g: Float64Array) => {
      last = theta;
      return evidence.evaluate(theta, g);
    };
    const best = await searchKernel(gradient, this.space, params, from, async (theta, state) => {
      this.iteration++;
      if (last !== theta) await evidence.evaluate(theta);
      last = theta;
      const trainLoss = evidence.trainLoss(theta) * this.spread ** 2;
      const posterior = this.exactPosterior(evidence, undefined, theta);
      const validationLoss = validation && this.meanSquaredError(posterior, validation);
      if (keepsBest && this.stopping.improves(this.iteration, validationLoss!)) this.bestOnValidation = theta.slice();
      const losses = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
      await this.loop.after(this.iteration, losses, () => this.checkpoint(state()));
      return keepsBest && this.stopping.exhausted(this.iteration) ? 'stop' : 'go on';
    });
    return this.bestOnValidation ?? best;
  }

  private async finish(posterior: Posterior, trainLoss: number): Promise<Omit<TrainingMetrics, 'seconds'>> {
    const { validation } = this.options;
    const losses = {
      trainLoss,
      ...(validation ? { validationLoss: this.meanSquaredError(posterior, validation) } : {}),
    };
    // Without a search there was no iteration to report: the posterior is the one.
    if (this.iteration === 0) {
      this.iteration = 1;
      await this.loop.after(1, losses, () => this.checkpoint(undefined));
    }
    const kept = this.bestOnValidation !== undefined;
    return {
      ...losses,
      bestIteration: kept ? this.stopping.bestIteration : this.iteration,
      iterations: this.iteration,
      earlyStopped: kept && this.stopping.exhausted(this.iteration),
    };
  }

  private exactPosterior(evidence: RegressionEvidence, a: Float64Array | undefined, theta: Float64Array): Posterior {
    const { x } = this.known;
    const order = Math.ceil(x.rows / 4) * 4;
    const factor = a && this.method === 'exact' ? packTriangle(a, order, x.rows) : new Float64Array(0);
    const dual = evidence.dual.slice(0, x.rows);
    return new Posterior({ hyperparameters: this.space.read(theta), points: x.data, dual, factor }, x.cols);
  }

  private async sparse(theta: Float64Array): Promise<Posterior> {
    const { known, rows, options, params, loop } = this;
    const hyperparameters = this.space.read(theta);
    return sparsePosterior(rows, known.x, hyperparameters, params.alpha, options.threads ?? 1, loop.breathe);
  }

  private meanSquaredError(posterior: Posterior, { x, y, weight }: Dataset): number {
    const mean = posterior.mean(x);
    let sum = 0;
    let total = 0;
    for (let i = 0; i < y.length; i++) {
      const w = weight === undefined ? 1 : weight[i]!;
      sum += w * (y[i]! - this.offset - this.spread * mean[i]!) ** 2;
      total += w;
    }
    return sum / total;
  }

  private checkpoint(state: SearchState | undefined): ModelArtifact {
    const { iteration, params, stopping, train, options, space } = this;
    const manifest = {
      ...{ iteration, params, bestIteration: stopping.bestIteration, rows: train.x.rows, cols: train.x.cols },
      ...{ seed: options.seed, start: state?.start ?? 0, running: state?.running ?? false },
      ...{ optimiserIteration: state?.optimiser.iteration ?? 0, bestValue: state?.bestValue ?? null },
    };
    const none = new Float64Array(0);
    const arrays = {
      x: state?.optimiser.x ?? space.start(),
      steps: state?.optimiser.steps ?? none,
      changes: state?.optimiser.changes ?? none,
      best: state?.best ?? space.start(),
      onValidation: this.bestOnValidation ?? none,
      bestLoss: Float64Array.of(stopping.bestLoss),
    };
    return { format: CHECKPOINT, version: 1, manifest, arrays };
  }

  private resume(artifact: ModelArtifact): SearchState {
    expectFormat(artifact, CHECKPOINT, 1);
    const saved = artifact.manifest as Record<string, unknown> & { params: GaussianProcessParams };
    const mine = { rows: this.train.x.rows, cols: this.train.x.cols, seed: this.options.seed };
    const same =
      Object.entries(mine).every(([name, value]) => saved[name] === value) &&
      Object.entries(this.params).every(([name, value]) => saved.params[name as keyof GaussianProcessParams] === value);
    if (!same) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
      );
    }
    this.iteration = Number(saved.iteration);
    const onValidation = arrayOf(artifact, 'onValidation', Float64Array);
    if (onValidation.length > 0) this.bestOnValidation = onValidation;
    return {
      ...{ start: Number(saved.start), running: saved.running === true },
      bestValue: saved.bestValue === null ? null : Number(saved.bestValue),
      best: arrayOf(artifact, 'best', Float64Array, this.space.dimension),
      optimiser: {
        ...{ value: 0, iteration: Number(saved.optimiserIteration) },
        x: arrayOf(artifact, 'x', Float64Array, this.space.dimension),
        steps: arrayOf(artifact, 'steps', Float64Array),
        changes: arrayOf(artifact, 'changes', Float64Array),
      },
    };
  }
}
