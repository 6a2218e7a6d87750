import type { CrossValidation } from './cross-validate.js';
import { type Fitted, scoreRows } from './fit.js';
import { leakageHint } from './hints.js';
import { evaluateHoldout, type Holdout } from './holdout.js';
import type { TrainPlan } from './plan.js';
import type { PreparedData } from './prepare.js';
import type { TrainReport } from './report.js';
import type { Parts } from './split.js';

const MOST_ROWS_FOR_TRAIN_ACCURACY = 500_000;
const MOST_IMPORTANCES = 1000;

/** Everything that one training came to. */
export interface Outcome {
  readonly plan: TrainPlan;
  readonly data: PreparedData;
  readonly parts: Parts;
  readonly fitted: Fitted;
  readonly holdout: Holdout;
  readonly crossValidation: CrossValidation | undefined;
  readonly seconds: TrainReport['seconds'];
}

export function buildReport({ plan, data, parts, fitted, holdout, crossValidation, seconds }: Outcome): TrainReport {
  const { train, validation, test } = parts;
  const scoresTraining = data.classes !== undefined && train.length <= MOST_ROWS_FOR_TRAIN_ACCURACY;
  const { notes = [], ...scored } = evaluateHoldout(holdout);
  const importance = importanceOf(fitted);
  return {
    model: plan.definition.name,
    task: data.task,
    ...(data.target === undefined ? {} : { target: data.target }),
    ...(data.classes ? { classes: data.classes } : {}),
    params: plan.params,
    seed: plan.seed,
    features: fitted.pipeline.describeInputs().map((input) => input.name),
    matrixColumns: fitted.pipeline.names.length,
    rows: {
      total: data.table.rows,
      used: data.rows.length,
      train: train.length,
      validation: validation.length,
      test: test.length,
    },
    validation: plan.validation,
    training: fitted.training,
    ...(scoresTraining ? { trainAccuracy: scoreRows(data, fitted, train).metrics.accuracy! } : {}),
    ...(validation.length > 0 ? { validationMetrics: scoreRows(data, fitted, validation).metrics } : {}),
    ...(crossValidation ? { crossValidation } : {}),
    ...scored,
    importance,
    seconds,
    warnings: [
      ...data.warnings,
      ...fitted.pipeline.warnings,
      ...notes,
      ...leakageHint({ metrics: scored.metrics, importance }),
    ],
    decisions: data.decisions,
  };
}

function importanceOf({ model }: Fitted): Record<string, number> {
  const importance = model.importance?.();
  if (importance === undefined) return {};
  const entries = importance.names.map((name, j) => [name, importance.gain[j]!] as const);
  return Object.fromEntries(entries.sort((a, b) => b[1] - a[1]).slice(0, MOST_IMPORTANCES));
}
