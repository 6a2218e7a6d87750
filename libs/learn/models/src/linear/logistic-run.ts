import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { EarlyStopping, FitLoop } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { Lbfgs, type LbfgsOutcome, type LbfgsState, type Objective } from './lbfgs.js';
import { logLoss } from './log-loss.js';

export interface LogisticParams {
  readonly C: number;
  readonly max_iter: number;
  readonly tol: number;
  readonly fit_intercept: boolean;
  readonly class_weight: 'balanced' | null;
}

const CHECKPOINT = 'trainyard.logistic.checkpoint';

/** Sample weights times n / (k * n_class), as scikit-learn balances; undefined means all 1. */
function classWeighted(train: Dataset, mode: 'balanced' | null): Float64Array | undefined {
  if (mode === null) return train.weight;
  const k = train.classes!.length;
  const counts = new Float64Array(k);
  for (const label of train.y) counts[label]!++;
  return Float64Array.from(train.y, (label, i) => ((train.weight?.[i] ?? 1) * train.y.length) / (k * counts[label]!));
}

/** One fit: the optimiser with its stopping, progress and checkpoints. */
export class LogisticRun {
  best: Float64Array;
  private readonly optimiser: Lbfgs;
  private readonly stopping: EarlyStopping;
  private readonly loop: FitLoop;
  private readonly l2: number;
  private readonly weight: Float64Array | undefined;
  private readonly outputs: number;
  private outcome: LbfgsOutcome;

  constructor(
    private readonly train: Dataset,
    private readonly params: LogisticParams,
    private readonly options: FitOptions,
  ) {
    const k = train.classes!.length;
    this.outputs = k === 2 ? 1 : k;
    this.weight = classWeighted(train, params.class_weight);
    const weight = this.weight;
    this.loop = new FitLoop(options, params.max_iter);
    const total = weight === undefined ? train.x.rows : weight.reduce((a, b) => a + b, 0);
    this.l2 = 1 / (params.C * total);
    const resume = options.checkpoint?.resume;
    const start = resume ? this.readCheckpoint(resume) : new Float64Array(this.outputs * (train.x.cols + 1));
    this.optimiser = new Lbfgs(this.objective, start, params.tol);
    this.best = resume ? arrayOf(resume, 'best', Float64Array, this.optimiser.x.length).slice() : this.optimiser.x;
    this.outcome = resume
      ? (resume.manifest.outcome as LbfgsOutcome)
      : this.optimiser.converged
        ? 'converged'
        : 'running';
    const bestLoss = resume?.arrays.bestLoss?.[0];
    this.stopping = new EarlyStopping(
      options.earlyStopping?.rounds,
      bestLoss === undefined ? undefined : { bestLoss, bestIteration: Number(resume!.manifest.bestIteration) },
    );
  }

  async finish(): Promise<Omit<TrainingMetrics, 'seconds'>> {
    const { optimiser, options, params } = this;
    const validation = options.validation;
    const keepsBest = options.earlyStopping !== undefined && validation !== undefined;
    const exhausted = () => keepsBest && this.stopping.exhausted(optimiser.iteration);
    while (this.outcome === 'running' && optimiser.iteration < params.max_iter && !exhausted()) {
      const before = optimiser.iteration;
      this.outcome = optimiser.step();
      if (optimiser.iteration === before) break;
      const validationLoss = validation && this.scoreOn(validation);
      if (!keepsBest || this.stopping.improves(optimiser.iteration, validationLoss!)) this.best = optimiser.x;
      const losses = {
        trainLoss: this.scoreOn(this.train),
        ...(validationLoss === undefined ? {} : { validationLoss }),
      };
      await this.loop.after(optimiser.iteration, losses, () => this.checkpoint());
    }
    const atBest = (data: Dataset) => logLoss(data, data.weight, this.best, this.outputs);
    return {
      trainLoss: atBest(this.train),
      ...(validation ? { validationLoss: atBest(validation) } : {}),
      bestIteration: keepsBest ? this.stopping.bestIteration : optimiser.iteration,
      iterations: optimiser.iteration,
      earlyStopped: exhausted(),
    };
  }

  private scoreOn(data: Dataset): number {
    return data === this.train && this.weight === data.weight
      ? this.optimiser.value - this.penalty(this.optimiser.x)
      : logLoss(data, data.weight, this.optimiser.x, this.outputs);
  }

  private penalty(coefficients: Float64Array, gradient?: Float64Array): number {
    const cols = this.train.x.cols;
    let squares = 0;
    for (let begin = 0; begin < coefficients.length; begin += cols + 1) {
      for (let j = begin; j < begin + cols; j++) {
        squares += coefficients[j]! * coefficients[j]!;
        if (gradient) gradient[j]! += this.l2 * coefficients[j]!;
      }
      if (gradient && !this.params.fit_intercept) gradient[begin + cols] = 0;
    }
    return 0.5 * this.l2 * squares;
  }

  private readonly objective: Objective = (coefficients, gradient) => {
    gradient.fill(0);
    const loss = logLoss(this.train, this.weight, coefficients, this.outputs, gradient);
    return loss + this.penalty(coefficients, gradient);
  };

  private checkpoint(): ModelArtifact {
    const { x, value, iteration, steps, changes } = this.optimiser.state();
    const manifest = {
      iteration,
      outcome: this.outcome,
      bestIteration: this.stopping.bestIteration,
      rows: this.train.x.rows,
      params: this.params,
    };
    const arrays = {
      x,
      steps,
      changes,
      best: this.best,
      value: Float64Array.of(value),
      bestLoss: Float64Array.of(this.stopping.bestLoss),
    };
    return { format: CHECKPOINT, version: 1, manifest, arrays };
  }

  private readCheckpoint(artifact: ModelArtifact): LbfgsState {
    expectFormat(artifact, CHECKPOINT, 1);
    const { iteration, rows, params } = artifact.manifest as {
      iteration: number;
      rows: number;
      params: LogisticParams;
    };
    const { max_iter: _, ...same } = this.params;
    const sameParams = Object.entries(same).every(([name, value]) => params[name as keyof LogisticParams] === value);
    const dimension = this.outputs * (this.train.x.cols + 1);
    if (rows !== this.train.x.rows || !sameParams || artifact.arrays.x?.length !== dimension) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data or parameters than this fit: start without it.',
      );
    }
    return {
      x: arrayOf(artifact, 'x', Float64Array),
      value: arrayOf(artifact, 'value', Float64Array, 1)[0]!,
      iteration,
      steps: arrayOf(artifact, 'steps', Float64Array),
      changes: arrayOf(artifact, 'changes', Float64Array),
    };
  }
}
