import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** One query of a panel: PromQL, and how its series are called. */
export interface PanelTarget {
  readonly expr: string;
  readonly legend?: string;
}

/** A panel as far as dashboards differ in them. */
export interface PanelSpec {
  readonly title: string;
  /** What a reader should know of it. */
  readonly what: string;
  readonly targets: readonly PanelTarget[];
  /** A unit of Grafana: `s`, `bytes`, `short`, `percentunit`, `ops`. */
  readonly unit: string;
  /** `stat` is the number now, a quarter of the width; `timeseries` (default) half the width. */
  readonly kind?: 'stat' | 'timeseries';
  /** Whose metrics it needs, when they are not Trainyard's own. */
  readonly needs?: string;
}

/** The data source that the reader chooses at the top of the dashboard. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's variable, not ours
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The panel for Grafana. @param id its number in the dashboard, from 1 */
export function panelOf(spec: PanelSpec, id: number): Builder<Panel> {
  const what = spec.needs ? `${spec.what} Needs ${spec.needs}.` : spec.what;
  const targets = spec.targets.map(({ expr, legend = '' }, i) => {
    const query = new DataqueryBuilder()
      .refId(String.fromCharCode(65 + i))
      .expr(expr)
      .datasource(DATASOURCE);
    return legend ? query.legendFormat(legend) : query;
  });
  if (spec.kind === 'stat') {
    const panel = new StatBuilder().title(spec.title).description(what).unit(spec.unit).datasource(DATASOURCE);
    const now = new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
    return panel.id(id).reduceOptions(now).height(4).span(6).targets(targets);
  }
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true);
  const panel = new TimeseriesBuilder().title(spec.title).description(what).unit(spec.unit).datasource(DATASOURCE);
  return panel.id(id).min(0).legend(legend).fillOpacity(10).height(8).span(12).targets(targets);
}

/** 0 where nothing has happened yet: an empty panel would look like a broken one. */
export const orZero = (expr: string): string => `${expr} or vector(0)`;

/** The value below which the share `q` of what a histogram counted lately lies. */
export function quantile(q: number, histogram: string, by: readonly string[] = [], where = ''): string {
  const labels = [...by, 'le'].join(', ');
  return `histogram_quantile(${q}, sum by (${labels}) (rate(${histogram}_bucket${where}[$__rate_interval])))`;
}

/** As `quantile`, of all since the processes started: for what happens too seldom for rates. */
export function quantileSinceStart(q: number, histogram: string, by: readonly string[] = []): string {
  return `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (${histogram}_bucket))`;
}

/** Events a second of a counter. */
export function rate(counter: string, by: readonly string[] = [], where = ''): string {
  const grouped = by.length > 0 ? `sum by (${by.join(', ')})` : 'sum';
  return `${grouped} (rate(${counter}${where}[$__rate_interval]))`;
}
