import { foldsFor } from '@trainyard/data';
import { throwIfAborted } from '@trainyard/models';
import { fitOn, scoreRows } from './fit.js';
import { withoutSharedSteps } from './forecast-overlap.js';
import type { TrainPlan } from './plan.js';
import type { PreparedData } from './prepare.js';
import { validationSplit } from './split.js';

export interface CrossValidation {
  readonly strategy: string;
  readonly folds: number;
  /** Mean and sample standard deviation over the folds. */
  readonly metrics: Readonly<Record<string, { readonly mean: number; readonly std: number }>>;
  readonly perFold: readonly Readonly<Record<string, number>>[];
}

export interface FoldOptions {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** `fraction` is the share of all folds' work that is done. */
  readonly onProgress: (fold: number, fraction: number) => void | Promise<void>;
}

/** Fits and scores one model a fold on the given rows (the test rows are not among them). */
export async function crossValidate(
  data: PreparedData,
  plan: TrainPlan,
  rows: Uint32Array,
  options: FoldOptions,
): Promise<CrossValidation> {
  const { folds = 5, strategy } = plan.validation;
  // Classification keeps the classes' shares also where plain k-fold was asked for.
  const stratified = strategy === 'kfold' && data.classes !== undefined && plan.validation.shuffle !== false;
  const used = stratified ? 'stratified' : strategy;
  const splits = foldsFor(rows, data.keys, { ...plan.validation, strategy: used, folds, seed: plan.seed });
  const perFold: Record<string, number>[] = [];
  for (const split of splits) {
    const { train, test } = withoutSharedSteps(data, plan, split);
    throwIfAborted(options.signal);
    const fold = perFold.length;
    const inner = plan.earlyStopping ? validationSplit(data, plan, train) : { train, test: new Uint32Array(0) };
    const fitted = await fitOn(data, plan, inner, {
      ...(options.threads === undefined ? {} : { threads: options.threads }),
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: ({ iteration, iterations }) => options.onProgress(fold, (fold + iteration / iterations) / folds),
    });
    perFold.push(scoreRows(data, fitted, test).metrics);
    await options.onProgress(fold, (fold + 1) / folds);
  }
  return { strategy: used, folds, metrics: summarise(perFold), perFold };
}

function summarise(perFold: readonly Readonly<Record<string, number>>[]): CrossValidation['metrics'] {
  const names = Object.keys(perFold[0] ?? {}).filter((name) => perFold.every((metrics) => name in metrics));
  return Object.fromEntries(
    names.map((name) => {
      const values = perFold.map((metrics) => metrics[name]!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return [name, { mean, std: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0 }];
    }),
  );
}
