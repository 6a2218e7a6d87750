import { alertFile } from './alerts/groups.js';
import { dashboards } from './dashboards/dashboards.js';

/** The folder that the chart and the compose file take dashboards and alerts from. */
export const GENERATED = new URL('../generated/', import.meta.url);

/** All generated files by their path in that folder. */
export function generatedFiles(): Map<string, string> {
  const files = new Map([['alerts.yaml', alertFile()]]);
  for (const { name, json } of dashboards()) files.set(`dashboards/${name}.json`, json);
  return files;
}
