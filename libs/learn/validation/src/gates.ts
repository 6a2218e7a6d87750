import { LearnError, type Task } from '@trainyard/data';
import { canonicalMetric, metricDirection, metricFor } from './metrics/catalogue.js';

/** A condition that a candidate must meet: a bound, or being better than the version in production. */
export interface Gate {
  readonly metric: string;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly betterThan?: string | null;
  readonly alpha?: number | null;
}

export interface GateResult {
  readonly metric: string;
  /** The bound, or production's value; null when there is none. */
  readonly threshold: number | null;
  readonly value: number | null;
  readonly passed: boolean;
  /** A sentence that says why. */
  readonly reason: string;
}

/** Throws METRIC_UNKNOWN, PARAMETER_INVALID or OPTION_UNSUPPORTED for a gate that could never be checked. */
export function validateGates(gates: readonly Gate[], task?: Task): void {
  gates.forEach((gate, i) => {
    const field = `gates[${i}]`;
    if (task === undefined) canonicalMetric(gate.metric, `${field}.metric`);
    else metricFor(task, gate.metric, `${field}.metric`);
    if (gate.min == null && gate.max == null && gate.betterThan == null) {
      throw new LearnError('PARAMETER_INVALID', `${field} needs min, max or betterThan: "production".`, { field });
    }
    if (gate.betterThan != null && gate.betterThan !== 'production') {
      const words = `${field}.betterThan is "${gate.betterThan}", but must be "production".`;
      throw new LearnError('PARAMETER_INVALID', words, { field: `${field}.betterThan` });
    }
    if (gate.alpha != null) {
      const words = `${field}.alpha asks for a significance test, which is not supported yet: leave it out.`;
      throw new LearnError('OPTION_UNSUPPORTED', words, { field: `${field}.alpha` });
    }
    for (const bound of ['min', 'max'] as const) {
      if (gate[bound] == null || Number.isFinite(gate[bound])) continue;
      throw new LearnError('PARAMETER_INVALID', `${field}.${bound} must be a finite number.`, {
        field: `${field}.${bound}`,
      });
    }
  });
}

/**
 * Whether the metrics meet every gate. Without production metrics (no version in production yet) `betterThan` is met.
 * A metric that was not measured fails its gate. Throws as `validateGates`.
 */
export function checkGates(
  gates: readonly Gate[],
  metrics: Readonly<Record<string, number>>,
  productionMetrics?: Readonly<Record<string, number>>,
): { passed: boolean; results: GateResult[] } {
  validateGates(gates);
  const results = gates.flatMap((gate) => {
    const metric = canonicalMetric(gate.metric);
    const value = metrics[metric] ?? null;
    const checks: GateResult[] = [];
    if (gate.min != null) checks.push(bound(metric, value, gate.min, 'at least'));
    if (gate.max != null) checks.push(bound(metric, value, gate.max, 'at most'));
    if (gate.betterThan != null) checks.push(better(metric, value, productionMetrics));
    return checks;
  });
  return { passed: results.every((result) => result.passed), results };
}

const unmeasured = (metric: string, threshold: number | null): GateResult => ({
  metric,
  threshold,
  value: null,
  passed: false,
  reason: `${metric} was not measured.`,
});

function bound(metric: string, value: number | null, threshold: number, kind: 'at least' | 'at most'): GateResult {
  if (value === null) return unmeasured(metric, threshold);
  const passed = kind === 'at least' ? value >= threshold : value <= threshold;
  const reason = `${metric} is ${value}, which is ${passed ? '' : 'not '}${kind} ${threshold}.`;
  return { metric, threshold, value, passed, reason };
}

function better(metric: string, value: number | null, production?: Readonly<Record<string, number>>): GateResult {
  const threshold = production?.[metric] ?? null;
  if (value === null) return unmeasured(metric, threshold);
  if (threshold === null) {
    return {
      metric,
      threshold,
      value,
      passed: true,
      reason: `No version in production has ${metric} to compare with.`,
    };
  }
  const passed = metricDirection(metric) === 'maximize' ? value > threshold : value < threshold;
  const reason = `${metric} is ${value}, which is ${passed ? '' : 'not '}better than production's ${threshold}.`;
  return { metric, threshold, value, passed, reason };
}
