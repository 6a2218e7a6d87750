/** A course of things, and whether an alert fires at the end of it. */
export interface AlertCase {
  readonly alert: string;
  /** What happens, in words. */
  readonly when: string;
  /** Series in promtool's notation, one value a minute: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series. */
  readonly series: Readonly<Record<string, string>>;
  /** Looked at after so many minutes. */
  readonly minutes: number;
  /** The labels of each alert that fires, besides its name and severity; none when it is silent. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

/** Firing alerts as promtool compares them. */
export function caseTest({ alert, when, series, minutes, fires }: AlertCase, severity: string): object {
  const labels = (more: Readonly<Record<string, string>>) =>
    Object.entries({ alertname: alert, alertstate: 'firing', severity, ...more })
      .map(([name, value]) => `${name}="${value}"`)
      .join(',');
  return {
    name: `${alert}: ${when}`,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [
      {
        expr: `ALERTS{alertname="${alert}",alertstate="firing"}`,
        eval_time: `${minutes}m`,
        exp_samples: fires.map((more) => ({ labels: `ALERTS{${labels(more)}}`, value: 1 })),
      },
    ],
  };
}
