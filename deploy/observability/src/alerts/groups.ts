import { stringify } from 'yaml';
import { type Alert, type AlertingRule, ruleOf } from './alert.js';
import { eventAlerts } from './events.js';
import { machineAlerts } from './machine.js';
import { queueAlerts } from './queues.js';
import { servingAlerts } from './serving.js';

/** Rules that are looked at together: what a PrometheusRule has under `spec.groups`, and a rule file under `groups`. */
export interface AlertGroup {
  readonly name: string;
  readonly rules: readonly AlertingRule[];
}

export const alerts: readonly Alert[] = [...queueAlerts, ...eventAlerts, ...servingAlerts, ...machineAlerts];

export function alertGroups(): AlertGroup[] {
  const groups = { queues: queueAlerts, events: eventAlerts, serving: servingAlerts, machines: machineAlerts };
  return Object.entries(groups).map(([name, of]) => ({ name: `trainyard-${name}`, rules: of.map(ruleOf) }));
}

/** A rule file for Prometheus. */
export function alertFile(): string {
  const head = '# Written by `node deploy/observability/dist/write.js`; what to do: docs/runbooks.\n';
  return head + stringify({ groups: alertGroups() }, { lineWidth: 0 });
}
