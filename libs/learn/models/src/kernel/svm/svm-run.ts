import { type Dataset, LearnError } from '@trainyard/data';
import { type KernelFunction, KernelRowsEngine } from '@trainyard/kernels';
import { FitLoop, throwIfAborted } from '../../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../../model.js';
import { Decomposition } from './decomposition.js';
import { decideRows } from './held-out.js';
import { columnCentre, kernelFunction, subtractCentre } from './kernel-function.js';
import type { SvmParams } from './parameters.js';
import { fitSigmoid, type Sigmoid } from './platt.js';
import { joinPairs, type PairSolution, type SupportVectors, singleMachine } from './support-vectors.js';
import { readCheckpoint, type SvmProgress, writeCheckpoint } from './svm-checkpoint.js';
import { type SvmTask, SvmTasks } from './tasks.js';
import { type TrainingRows, trainingRows } from './training-rows.js';
import { validationLoss } from './validation-loss.js';

/** Variables of a working set: their kernel among themselves stays in the second-level cache. */
const WORKING_SET = 512;
/** Below this many values threads cost more than they save. */
const FEW_VALUES = 50_000;
const TURN_MILLISECONDS = 15;

export interface SvmSolution {
  readonly machine: SupportVectors;
  readonly sigmoids?: readonly Sigmoid[];
  readonly present: Int32Array;
  readonly metrics: Omit<TrainingMetrics, 'seconds'>;
}

/** One fit: its dual problems one after the other on one engine, with progress and checkpoints. */
export class SvmRun {
  private readonly training: TrainingRows;
  private readonly tasks: SvmTasks;
  private readonly kernel: KernelFunction;
  private readonly centre: Float64Array;
  private readonly progress: SvmProgress;
  private readonly loop: FitLoop;
  private lastTurn = performance.now();
  /** How much of the task at hand is done, by the logarithm of its violation. */
  private fraction = 0;
  private validated: number | undefined;

  constructor(
    private readonly train: Dataset,
    private readonly params: SvmParams,
    private readonly options: FitOptions,
  ) {
    this.training = trainingRows(train, params);
    this.tasks = new SvmTasks(train, params, this.training, options.seed);
    this.kernel = kernelFunction(params, train.x);
    this.centre = columnCentre(this.kernel, train.x);
    const resume = options.checkpoint?.resume;
    this.progress = resume
      ? readCheckpoint(resume, this.identity())
      : { iteration: 0, finished: 0, coefficients: [], intercepts: [], losses: [], decisions: [] };
    const { onProgress } = options;
    const reporting = onProgress && {
      onProgress: (progress: Parameters<typeof onProgress>[0]) =>
        onProgress({ ...progress, iterations: this.iterations() }),
    };
    this.loop = new FitLoop({ ...options, ...reporting }, 0);
  }

  async finish(): Promise<SvmSolution> {
    const engine = await this.createEngine();
    try {
      const { list } = this.tasks;
      while (this.progress.finished < list.length) await this.solve(engine, list[this.progress.finished]!);
      return await this.solution(engine.x);
    } finally {
      await engine.close();
    }
  }

  private async createEngine(): Promise<KernelRowsEngine> {
    const { rows, cols, data } = this.train.x;
    const engine = await KernelRowsEngine.create(
      {
        ...{ rows, cols, workingSet: Math.min(WORKING_SET, 2 * rows), cacheBytes: this.params.cache_size * 1e6 },
        threads: rows * cols < FEW_VALUES ? 1 : Math.max(1, this.options.threads ?? 1),
      },
      this.kernel,
    ).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw new LearnError(
        'OPTION_UNSUPPORTED',
        `The data do not fit into the memory of one fit: ${error.message}. Give fewer rows or a smaller cache_size.`,
      );
    });
    subtractCentre(data, rows, this.centre, engine.x);
    engine.prepare();
    if (engine.holdsAll) engine.activate(Int32Array.from({ length: rows }, (_, i) => i));
    return engine;
  }

  private async solve(engine: KernelRowsEngine, task: SvmTask): Promise<void> {
    const { progress, params } = this;
    const { rows, heldOut } = this.tasks.split(task);
    const problem = this.tasks.problem(task, rows);
    const settings = {
      tolerance: params.tol,
      maxSteps: params.max_iter < 0 ? Number.POSITIVE_INFINITY : params.max_iter,
      ...{ shrinking: params.shrinking, workingSet: WORKING_SET },
    };
    const decomposition = new Decomposition(engine, problem, settings, this.between, progress.current);
    delete progress.current;
    let first = 0;
    for (;;) {
      await decomposition.advance();
      first ||= decomposition.violation;
      progress.iteration++;
      if (decomposition.done) break;
      this.fraction = Math.min(0.99, Math.log(first / decomposition.violation) / Math.log(first / params.tol) || 0);
      const loss = { trainLoss: decomposition.loss(decomposition.middle) };
      await this.loop.after(progress.iteration, loss, () =>
        writeCheckpoint({ ...progress, current: decomposition.state() }, this.identity()),
      );
    }
    const { coefficients, intercept } = decomposition.expansion();
    if (task.fold < 0) {
      progress.coefficients.push(coefficients);
      progress.intercepts.push(intercept);
      progress.losses.push(decomposition.loss(intercept));
    } else {
      progress.decisions.push(await decideRows(engine, { rows, coefficients, intercept }, heldOut, this.between));
    }
    progress.finished++;
    this.fraction = 0;
    const losses = await this.losses(engine.x);
    await this.loop.after(progress.iteration, losses, () => writeCheckpoint(progress, this.identity()));
  }

  private async losses(x: Float32Array): Promise<{ trainLoss: number; validationLoss?: number }> {
    const { losses, finished } = this.progress;
    const trainLoss = losses.reduce((a, b) => a + b, 0) / Math.max(1, losses.length);
    const { validation } = this.options;
    // A validation loss needs all machines.
    if (validation === undefined || finished < this.tasks.list.length) return { trainLoss };
    const present = this.training.present;
    const { between, params } = this;
    this.validated ??= await validationLoss(validation, this.machine(x), present, params.epsilon, between);
    return { trainLoss, validationLoss: this.validated };
  }

  private async solution(x: Float32Array): Promise<SvmSolution> {
    const { iteration } = this.progress;
    const sigmoids = this.sigmoids();
    return {
      machine: this.machine(x),
      ...(sigmoids ? { sigmoids } : {}),
      present: this.training.present,
      metrics: { ...(await this.losses(x)), bestIteration: iteration, iterations: iteration, earlyStopped: false },
    };
  }

  private machine(x: Float32Array): SupportVectors {
    const { coefficients, intercepts } = this.progress;
    const pairs: PairSolution[] = coefficients.map((values, pair) => {
      return { rows: this.tasks.rowsOf(pair), coefficients: values, intercept: intercepts[pair]! };
    });
    const { centre, kernel } = this;
    if (this.train.task === 'regression') return singleMachine(x, centre, pairs[0]!, kernel);
    return joinPairs(x, centre, this.training.classOf, this.training.present.length, pairs, kernel);
  }

  private sigmoids(): Sigmoid[] | undefined {
    const { list, machines } = this.tasks;
    const folds = list.filter((task) => task.fold >= 0);
    if (folds.length === 0) return;
    return Array.from({ length: machines }, (_, pair) => {
      const decisions: number[] = [];
      const isFirst: number[] = [];
      folds.forEach((task, i) => {
        if (task.pair !== pair) return;
        decisions.push(...this.progress.decisions[i]!);
        isFirst.push(...this.tasks.isFirst(pair, this.tasks.split(task).heldOut));
      });
      return fitSigmoid(Float64Array.from(decisions), Uint8Array.from(isFirst));
    });
  }

  /** An estimate that is never below the iterations taken: how many a solver needs is not known before. */
  private iterations(): number {
    const { finished, iteration } = this.progress;
    const share = (finished + this.fraction) / Math.max(1, this.tasks.list.length);
    return share >= 1 ? iteration : Math.max(iteration, Math.ceil(iteration / Math.max(share, 0.01)));
  }

  private identity() {
    const { rows, cols } = this.train.x;
    return { rows, cols, seed: this.options.seed, params: this.params };
  }

  private readonly between = async (): Promise<void> => {
    if (performance.now() - this.lastTurn < TURN_MILLISECONDS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.lastTurn = performance.now();
    throwIfAborted(this.options.signal);
  };
}
