import { type DataFormat, readTable, type Table } from '@trainyard/data';
import { type FitOptions, takeOutputs, throwIfAborted } from '@trainyard/models';
import { referenceProfile } from '../drift/reference-profile.js';
import type { Bundle } from '../predict/bundle.js';
import { buildReport } from './build-report.js';
import { type CrossValidation, crossValidate } from './cross-validate.js';
import { datasetPath } from './dataset-path.js';
import { type Fitted, fitOn, predictRows, scoreRows, targetsAt } from './fit.js';
import type { Holdout } from './holdout.js';
import { planTraining, type TrainPlan } from './plan.js';
import { type PreparedData, prepareData } from './prepare.js';
import type { TrainReport } from './report.js';
import type { TrainRequest } from './request.js';
import { type Parts, splitRows } from './split.js';

export interface TrainProgress {
  readonly stage: 'reading' | 'preparing' | 'cross_validating' | 'fitting' | 'scoring' | 'done';
  /** Share of the whole training that is done, 0..1, never falling. */
  readonly fraction: number;
  readonly fold?: number;
  readonly iteration?: number;
  readonly iterations?: number;
  readonly trainLoss?: number;
  readonly validationLoss?: number;
}

export interface TrainOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void | Promise<void>;
  /** Of the final fit. Encode what `save` gets with `encodeArtifact`. */
  readonly checkpoint?: NonNullable<FitOptions['checkpoint']>;
  /** Default: `resources.threads`, else 1. The result does not depend on it. */
  readonly threads?: number;
  /** The rows, when they have been read already. */
  readonly table?: Table;
  /** Where the bytes of `dataset.uri` lie on this machine; default: the URI as a local file. */
  readonly path?: string;
}

export interface TrainResult {
  readonly bundle: Bundle;
  readonly report: TrainReport;
  readonly holdout: Holdout;
}

/** How much of the whole each stage is taken to be. */
const READ_SHARE = 0.08;
const FIT_START = 0.12;
const FIT_END = 0.95;

/**
 * From a request to a fitted, scored model: reads the data, decides what was left to `auto`, splits, cross-validates when
 * asked, fits on the training rows and predicts the held-out rows. The same request, data and seed give the same bytes.
 * Throws LearnError for anything wrong with the request or the data, ABORTED when cancelled.
 */
export async function trainModel(request: TrainRequest, options: TrainOptions = {}): Promise<TrainResult> {
  const started = performance.now();
  const plan = planTraining(request);
  const run = new TrainRun(plan, options);
  const table = await run.read();
  const read = performance.now();
  const data = prepareData(table, plan);
  const parts = splitRows(data, plan);
  await run.report({ stage: 'preparing', fraction: FIT_START });
  const crossValidation = await run.crossValidate(data, parts);
  const prepared = performance.now();
  const fitted = await run.fit(data, parts);
  await run.report({ stage: 'scoring', fraction: FIT_END });
  const holdout = holdoutOf(data, fitted, parts.test, plan);
  const seconds = {
    read: (read - started) / 1000,
    prepare: (prepared - read) / 1000,
    fit: fitted.training.seconds,
    total: (performance.now() - started) / 1000,
  };
  const report = buildReport({ plan, data, parts, fitted, holdout, crossValidation, seconds });
  const reference = referenceProfile(data, fitted.pipeline, parts.train, holdout, plan.seed);
  await run.report({ stage: 'done', fraction: 1 });
  return { bundle: { ...bundleOf(plan, data, fitted), reference }, report, holdout };
}

/** The options of one training, applied. */
class TrainRun {
  private readonly threads: number;

  constructor(
    private readonly plan: TrainPlan,
    private readonly options: TrainOptions,
  ) {
    this.threads = options.threads ?? plan.request.resources?.threads ?? 1;
  }

  async report(progress: TrainProgress): Promise<void> {
    throwIfAborted(this.options.signal);
    await this.options.onProgress?.(progress);
  }

  async read(): Promise<Table> {
    await this.report({ stage: 'reading', fraction: 0 });
    const { signal, table, path } = this.options;
    const { dataset } = this.plan.request;
    const read =
      table ??
      (await readTable(path ?? datasetPath(dataset.uri), {
        ...(dataset.format == null ? {} : { format: dataset.format as DataFormat }),
        ...(signal ? { signal } : {}),
      }));
    await this.report({ stage: 'preparing', fraction: READ_SHARE });
    return read;
  }

  async crossValidate(data: PreparedData, { train, validation }: Parts): Promise<CrossValidation | undefined> {
    if (this.plan.validation.folds === undefined) return undefined;
    await this.report({ stage: 'cross_validating', fraction: FIT_START });
    const rows = new Uint32Array(train.length + validation.length);
    rows.set(train);
    rows.set(validation, train.length);
    const { signal } = this.options;
    return crossValidate(data, this.plan, rows.sort(), {
      threads: this.threads,
      ...(signal ? { signal } : {}),
      onProgress: (fold, done) =>
        this.report({ stage: 'cross_validating', fold, fraction: FIT_START + done * (this.finalFitStart - FIT_START) }),
    });
  }

  async fit(data: PreparedData, { train, validation }: Parts): Promise<Fitted> {
    const { signal, checkpoint } = this.options;
    const span = FIT_END - this.finalFitStart;
    await this.report({ stage: 'fitting', fraction: this.finalFitStart });
    return fitOn(
      data,
      this.plan,
      { train, test: validation },
      {
        threads: this.threads,
        ...(signal ? { signal } : {}),
        ...(checkpoint ? { checkpoint } : {}),
        onProgress: (progress) => {
          const fraction = this.finalFitStart + (span * progress.iteration) / progress.iterations;
          return this.report({ ...progress, stage: 'fitting', fraction });
        },
      },
    );
  }

  /** With n folds, the final fit is one of n + 1 alike. */
  private get finalFitStart(): number {
    const folds = this.plan.validation.folds ?? 0;
    return FIT_START + ((FIT_END - FIT_START) * folds) / (folds + 1);
  }
}

function holdoutOf(data: PreparedData, fitted: Fitted, rows: Uint32Array, plan: TrainPlan): Holdout {
  const { values, probabilities, scores } = predictRows(data, fitted, rows);
  const clusters = data.task === 'clustering' ? scoreRows(data, fitted, rows) : undefined;
  return {
    task: data.task,
    model: plan.definition.name,
    ...(data.target === undefined ? {} : { target: data.target }),
    ...(data.classes ? { classes: data.classes } : {}),
    ...(data.outputs ? { outputs: data.outputs } : {}),
    ...(clusters ? { clusters } : {}),
    yTrue: targetsAt(data, rows),
    values,
    ...(scores ? { scores } : {}),
    ...(probabilities ? { probabilities } : {}),
    ...(data.weight ? { weight: takeOutputs(data.weight, rows, 1) } : {}),
  };
}

function bundleOf(plan: TrainPlan, data: PreparedData, { pipeline, model }: Fitted): Bundle {
  return {
    modelName: plan.definition.name,
    params: plan.params,
    task: data.task,
    ...(data.target === undefined ? {} : { target: data.target }),
    targetKind: data.targetKind,
    ...(data.classes ? { classes: data.classes } : {}),
    ...(data.outputs ? { outputs: data.outputs } : {}),
    ...(plan.sequence ? { sequence: plan.sequence } : {}),
    pipeline,
    model,
  };
}
