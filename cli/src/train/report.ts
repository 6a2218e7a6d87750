import type { GateResult } from '@trainyard/validation';
import type { TrainReport } from '@trainyard/workflow';

/** What a run is called besides its model: names the folders. */
export interface RunLabel {
  readonly symbol: string;
  readonly horizon: number;
}

/** The report that `--json` prints and `reports/<model>_report.json` holds: the shape promised in docs. */
export function publicReport(
  report: TrainReport,
  label: RunLabel,
  gates: readonly GateResult[],
  artifacts: Record<string, string>,
) {
  const { training, crossValidation } = report;
  return {
    model_name: report.model,
    symbol: label.symbol,
    horizon: label.horizon,
    task: report.task,
    ...(report.target === undefined ? {} : { target: report.target }),
    ...(report.classes ? { classes: report.classes } : {}),
    training_metrics: {
      train_loss: training.trainLoss,
      val_loss: training.validationLoss ?? null,
      ...(report.trainAccuracy === undefined ? {} : { train_accuracy: report.trainAccuracy }),
      ...(report.validationMetrics?.accuracy === undefined ? {} : { val_accuracy: report.validationMetrics.accuracy }),
      best_epoch: training.bestIteration,
      total_epochs: training.iterations,
      early_stopped: training.earlyStopped,
      training_time: training.seconds,
    },
    ...(report.validationMetrics ? { validation_metrics: report.validationMetrics } : {}),
    ...(crossValidation ? { cross_validation: crossValidation } : {}),
    test_metrics: report.metrics,
    ...(report.perOutput ? { test_metrics_per_output: report.perOutput } : {}),
    ...(report.confusionMatrix ? { confusion_matrix: report.confusionMatrix } : {}),
    ...(gates.length > 0 ? { gates } : {}),
    feature_importance: report.importance,
    params: report.params,
    seed: report.seed,
    data: {
      rows: report.rows.total,
      features: report.features.length,
      seconds: report.seconds.read,
      used: report.rows.used,
      train: report.rows.train,
      validation: report.rows.validation,
      test: report.rows.test,
    },
    seconds: report.seconds,
    warnings: report.warnings,
    decisions: report.decisions,
    artifacts,
  };
}

export type PublicReport = ReturnType<typeof publicReport>;
