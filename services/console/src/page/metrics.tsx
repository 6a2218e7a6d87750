import type { Metrics } from '../api/types';
import { formatValue } from './numbers';

/** The metric to show first, by how much it says about a model; unknown names come after. */
const order = [
  'roc_auc',
  'accuracy',
  'silhouette',
  'log_loss',
  'f1',
  'f1_macro',
  'balanced_accuracy',
  'r2',
  'rmse',
  'mae',
  'mape',
];

/** Metric names arrive in camelCase or snake_case. */
const snake = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
const rank = (name: string) => (order.indexOf(snake(name)) + order.length + 1) % (order.length + 1);

/** Finite metrics, the telling ones first. */
export function rankMetrics(metrics: Metrics | null | undefined): [name: string, value: number][] {
  return Object.entries(metrics ?? {})
    .filter(([, value]) => typeof value === 'number' && Number.isFinite(value))
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

export function MetricList({ metrics, limit }: { metrics: Metrics | null | undefined; limit: number }) {
  const shown = rankMetrics(metrics).slice(0, limit);
  if (shown.length === 0) return null;
  return (
    <dl className="metrics">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{snake(name).replaceAll('_', ' ')}</dt>
          <dd>{formatValue(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
