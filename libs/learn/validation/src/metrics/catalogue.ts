import { LearnError, type Task } from '@trainyard/data';
import { didYouMean } from '@trainyard/models';

export type Direction = 'maximize' | 'minimize';

interface MetricEntry {
  readonly direction: Direction;
  readonly tasks: readonly Task[];
  readonly aliases?: readonly string[];
}

const both: readonly Task[] = ['binary', 'multiclass'];
/** Found anomalies against known ones are a binary classification with a score. */
const found: readonly Task[] = [...both, 'anomaly'];
const valued: readonly Task[] = ['regression', 'forecast'];
const up = (tasks: readonly Task[], ...aliases: string[]): MetricEntry => ({ direction: 'maximize', tasks, aliases });
const down = (tasks: readonly Task[], ...aliases: string[]): MetricEntry => ({ direction: 'minimize', tasks, aliases });

/** Every metric by its name in scikit-learn's sense: what is better, and for which tasks it exists. */
export const METRICS: Readonly<Record<string, MetricEntry>> = {
  accuracy: up(found),
  balanced_accuracy: up(found),
  precision: up(found),
  recall: up(found),
  f1: up(found, 'f1_score'),
  precision_macro: up(both),
  recall_macro: up(both),
  f1_macro: up(both),
  mcc: up(both, 'matthews_corrcoef'),
  roc_auc: up(found, 'auc'),
  pr_auc: up(found, 'average_precision'),
  log_loss: down(both, 'logloss'),
  brier: down(both, 'brier_score'),
  rmse: down(valued),
  mse: down(valued),
  mae: down(valued),
  mape: down(valued),
  median_absolute_error: down(valued),
  max_error: down(valued),
  r2: up(valued),
  mean_score: down(['anomaly']),
  anomaly_share: down(['anomaly']),
  silhouette: up(['clustering'], 'silhouette_score'),
  calinski_harabasz: up(['clustering'], 'calinski_harabasz_score'),
  davies_bouldin: down(['clustering'], 'davies_bouldin_score'),
  inertia: down(['clustering']),
  noise_share: down(['clustering']),
  adjusted_rand_score: up(['clustering'], 'adjusted_rand', 'ari'),
  normalized_mutual_info_score: up(['clustering'], 'normalized_mutual_info', 'nmi'),
};

/** The metric's own name, from that or an alias. Throws METRIC_UNKNOWN listing near names. */
export function canonicalMetric(name: string, field = 'metric'): string {
  if (Object.hasOwn(METRICS, name)) return name;
  for (const [canonical, entry] of Object.entries(METRICS)) if (entry.aliases?.includes(name)) return canonical;
  const names = Object.keys(METRICS);
  const near = didYouMean(name, names);
  throw new LearnError('METRIC_UNKNOWN', `There is no metric "${name}".${near} The metrics are ${names.join(', ')}.`, {
    field,
  });
}

/** Whether a larger or a smaller value is better. Throws METRIC_UNKNOWN. */
export function metricDirection(name: string): Direction {
  return METRICS[canonicalMetric(name)]!.direction;
}

/** Throws METRIC_UNKNOWN when the metric does not exist for the task. Returns its own name. */
export function metricFor(task: Task, name: string, field = 'metric'): string {
  const canonical = canonicalMetric(name, field);
  if (METRICS[canonical]!.tasks.includes(task)) return canonical;
  const fitting = Object.keys(METRICS).filter((metric) => METRICS[metric]!.tasks.includes(task));
  throw new LearnError('METRIC_UNKNOWN', `"${name}" is no metric of ${task}. Those are ${fitting.join(', ')}.`, {
    field,
  });
}

/** What a search optimises when the request names nothing. */
export function defaultObjective(task: Task): string {
  return {
    binary: 'roc_auc',
    multiclass: 'log_loss',
    regression: 'rmse',
    forecast: 'rmse',
    clustering: 'silhouette',
    anomaly: 'mean_score',
  }[task];
}
