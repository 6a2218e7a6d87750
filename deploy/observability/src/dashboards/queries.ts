import { dashboardSpecs } from './dashboards.js';

/** One query of one panel, as Prometheus can be asked. */
export interface PanelQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
  /** Whose metrics it needs, when they are not Trainyard's own. */
  readonly needs?: string;
}

/**
 * Every query of every panel, with what Grafana puts in for its variables: all values that can be chosen, and this window
 * for rates.
 */
export function panelQueries(rateInterval = '1m'): PanelQuery[] {
  return dashboardSpecs.flatMap(({ name: dashboard, rows }) =>
    rows
      .flatMap(({ panels }) => panels)
      .flatMap(({ title: panel, targets, needs }) =>
        targets.map(({ expr }) => ({
          dashboard,
          panel,
          expr: expr.replaceAll('$__rate_interval', rateInterval).replace(/\$(model|namespace)\b/g, '.*'),
          ...(needs ? { needs } : {}),
        })),
      ),
  );
}
