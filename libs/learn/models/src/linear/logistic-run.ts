import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { EarlyStopping, FitLoop } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { Lbfgs } from './lbfgs.js';
import { LogisticLoss } from './logistic-loss.js';
import { type LogisticParams, penaltyStrengths } from './logistic-parameters.js';
import type { Objective, Optimiser, OptimiserState, Outcome } from './optimiser.js';
import { Owlqn } from './owlqn.js';
import { gramPreconditioner } from './preconditioner.js';

const CHECKPOINT = 'trainyard.logistic.checkpoint';

/** One fit: the optimiser with its stopping, progress and checkpoints. */
export class LogisticRun {
  best: Float64Array;
  private readonly stopping: EarlyStopping;
  private outcome: Outcome;

  private constructor(
    private readonly train: Dataset,
    private readonly params: LogisticParams,
    private readonly options: FitOptions,
    private readonly loop: FitLoop,
    private readonly loss: LogisticLoss,
    private readonly optimiser: Optimiser,
    private readonly penalty: (coefficients: Float64Array) => number,
  ) {
    const resume = options.checkpoint?.resume;
    this.best = resume ? arrayOf(resume, 'best', Float64Array, optimiser.x.length).slice() : optimiser.x;
    this.outcome = resume ? (resume.manifest.outcome as Outcome) : optimiser.converged ? 'converged' : 'running';
    const bestLoss = resume?.arrays.bestLoss?.[0];
    this.stopping = new EarlyStopping(
      options.earlyStopping?.rounds,
      bestLoss === undefined ? undefined : { bestLoss, bestIteration: Number(resume!.manifest.bestIteration) },
    );
  }

  /** Fits and returns the best coefficients. `start` (outputs x (f + 1)) is where the search begins: 0 if not given. */
  static async run(
    train: Dataset,
    params: LogisticParams,
    options: FitOptions,
    start?: Float64Array,
  ): Promise<{ coefficients: Float64Array; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const loop = new FitLoop(options, params.max_iter);
    const loss = await LogisticLoss.create(train, params, options, loop.breathe);
    try {
      const { l1, l2 } = penaltyStrengths(params, loss.totalWeight);
      const penalised = penalisedLoss(loss, train.x.cols, l2, params.fit_intercept);
      const dimension = loss.outputs * (train.x.cols + 1);
      const resume = options.checkpoint?.resume;
      const from = resume ? readCheckpoint(resume, train, params, dimension) : (start ?? new Float64Array(dimension));
      const penalties = Float64Array.from({ length: dimension }, (_, i) =>
        (i + 1) % (train.x.cols + 1) === 0 ? 0 : l1,
      );
      const optimiser =
        l1 > 0
          ? await Owlqn.start(penalised.objective, penalties, from, params.tol)
          : await Lbfgs.start(
              penalised.objective,
              from,
              params.tol,
              await gramPreconditioner(train, train.weight, l2, params.fit_intercept, loop.breathe),
            );
      const penalty = (x: Float64Array) =>
        penalised.penalty(x) + x.reduce((sum, value, i) => sum + penalties[i]! * Math.abs(value), 0);
      const run = new LogisticRun(train, params, options, loop, loss, optimiser, penalty);
      const metrics = await run.finish();
      return { coefficients: run.best, metrics };
    } finally {
      await loss.close();
    }
  }

  private async finish(): Promise<Omit<TrainingMetrics, 'seconds'>> {
    const { optimiser, options, params, loss } = this;
    const keepsBest = options.earlyStopping !== undefined && options.validation !== undefined;
    const exhausted = () => keepsBest && this.stopping.exhausted(optimiser.iteration);
    while (this.outcome === 'running' && optimiser.iteration < params.max_iter && !exhausted()) {
      const before = optimiser.iteration;
      this.outcome = await optimiser.step();
      if (optimiser.iteration === before) break;
      const validationLoss = await loss.onValidation(optimiser.x);
      if (!keepsBest || this.stopping.improves(optimiser.iteration, validationLoss!)) this.best = optimiser.x;
      const losses = {
        trainLoss: optimiser.value - this.penalty(optimiser.x),
        ...(validationLoss === undefined ? {} : { validationLoss }),
      };
      await this.loop.after(optimiser.iteration, losses, () => this.checkpoint());
    }
    const validationLoss = await loss.onValidation(this.best);
    return {
      trainLoss: await loss.onTrain(this.best),
      ...(validationLoss === undefined ? {} : { validationLoss }),
      bestIteration: keepsBest ? this.stopping.bestIteration : optimiser.iteration,
      iterations: optimiser.iteration,
      earlyStopped: exhausted(),
    };
  }

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
}

/** The smooth part of what is minimised: mean loss and L2 penalty, with the intercepts held at 0 when there are none. */
function penalisedLoss(
  loss: LogisticLoss,
  cols: number,
  l2: number,
  intercepts: boolean,
): { objective: Objective; penalty: (coefficients: Float64Array) => number } {
  const penalty = (coefficients: Float64Array, gradient?: Float64Array): number => {
    let squares = 0;
    for (let begin = 0; begin < coefficients.length; begin += cols + 1) {
      for (let j = begin; j < begin + cols; j++) {
        squares += coefficients[j]! * coefficients[j]!;
        if (gradient) gradient[j]! += l2 * coefficients[j]!;
      }
      if (gradient && !intercepts) gradient[begin + cols] = 0;
    }
    return 0.5 * l2 * squares;
  };
  return {
    penalty,
    objective: async (x, gradient) => (await loss.onTrain(x, gradient)) + penalty(x, gradient),
  };
}

function readCheckpoint(
  artifact: ModelArtifact,
  train: Dataset,
  params: LogisticParams,
  dimension: number,
): OptimiserState {
  expectFormat(artifact, CHECKPOINT, 1);
  const saved = artifact.manifest as { iteration: number; rows: number; params: LogisticParams };
  const { max_iter: _, ...same } = params;
  const sameParams = Object.entries(same).every(
    ([name, value]) => saved.params[name as keyof LogisticParams] === value,
  );
  if (saved.rows !== train.x.rows || !sameParams || artifact.arrays.x?.length !== dimension) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data or parameters than this fit: start without it.',
    );
  }
  return {
    x: arrayOf(artifact, 'x', Float64Array),
    value: arrayOf(artifact, 'value', Float64Array, 1)[0]!,
    iteration: saved.iteration,
    steps: arrayOf(artifact, 'steps', Float64Array),
    changes: arrayOf(artifact, 'changes', Float64Array),
  };
}
