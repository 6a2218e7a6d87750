import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE, type PanelSpec, panelOf } from './panel.js';

/** A dashboard as rows of panels. */
export interface DashboardSpec {
  /** Names its file and, after `trainyard-`, its address in Grafana. */
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[];
  /** A choice at the top: the values that a label has. Panels use it as `$name`. */
  readonly choice?: { readonly name: string; readonly label: string; readonly values: string };
}

/** The dashboard as Grafana reads it. */
export function dashboardJson({ name, title, what, rows, choice }: DashboardSpec): string {
  const builder = new DashboardBuilder(`Trainyard / ${title}`)
    .uid(`trainyard-${name}`)
    .description(what)
    .tags(['trainyard'])
    .timezone('browser')
    .refresh('10s')
    .time({ from: 'now-1h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  if (choice) builder.withVariable(choiceOf(choice));
  let id = 1;
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title).id(id++));
    for (const panel of row.panels) builder.withPanel(panelOf(panel, id++));
  }
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}

function choiceOf({ name, label, values }: NonNullable<DashboardSpec['choice']>): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(values)
    .multi(true)
    .includeAll(true)
    .allValue('.*');
}
