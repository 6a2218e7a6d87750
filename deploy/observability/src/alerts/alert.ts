/** One alert: when it fires, how bad that is, what a person reads, and the page that says what to do. */
export interface Alert {
  /** `Trainyard` and what is wrong. */
  readonly name: `Trainyard${string}`;
  /** PromQL; each series that it answers with is one alert. */
  readonly expr: string;
  /** How long it must hold, as Prometheus writes durations. */
  readonly for: string;
  /** `critical`: somebody is woken, users are hit now. `warning`: on the next working day. */
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
  /** The page under docs/runbooks, without `.md`. */
  readonly runbook: string;
}

/** A rule as Prometheus and the PrometheusRule resource have it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string };
}

export function ruleOf({ name, expr, for: holds, severity, summary, description, runbook }: Alert): AlertingRule {
  const annotations = { summary, description, runbook: `docs/runbooks/${runbook}.md` };
  return { alert: name, expr, for: holds, labels: { severity }, annotations };
}

/**
 * PromQL that is true where a counter grew by more than `most` within the window. A series that is new counts from 0:
 * `increase` alone does not see the first event of its kind.
 */
export function grew(counter: string, by: readonly string[], window: string, most: number): string {
  const labels = by.join(', ');
  const sum = (vector: string) => `sum by (${labels}) (${vector})`;
  const increased = `${sum(`increase(${counter}[${window}])`)} > ${most}`;
  const born = `${sum(counter)} > ${most} unless ${sum(`${counter} offset ${window}`)}`;
  return `(${increased}) or (${born})`;
}
