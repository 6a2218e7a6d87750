import { type DashboardSpec, dashboardJson } from './dashboard.js';
import { events } from './events.js';
import { kubernetes } from './kubernetes.js';
import { overview } from './overview.js';
import { serving } from './serving.js';
import { training } from './training.js';
import { tuning } from './tuning.js';

/** A dashboard as a file for Grafana. */
export interface DashboardFile {
  readonly name: string;
  readonly title: string;
  readonly json: string;
}

export const dashboardSpecs: readonly DashboardSpec[] = [overview, training, tuning, serving, events, kubernetes];

export function dashboards(): DashboardFile[] {
  return dashboardSpecs.map((spec) => ({ name: spec.name, title: spec.title, json: dashboardJson(spec) }));
}
