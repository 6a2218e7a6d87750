import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Construct } from 'constructs';
import { parse } from 'yaml';
import { all } from '../template/condition.js';
import { releaseNamespace } from '../template/mark.js';
import { metadata, nameOf, selectorOf, values } from './component.js';
import { add } from './object.js';

const { serviceMonitor, rules, dashboards, interval, labels } = values.monitoring;
/** Written by deploy/observability. */
const generated = fileURLToPath(new URL('../../observability/generated/', import.meta.url));

/** What the Prometheus operator and Grafana's sidecar look for. */
export function addMonitoring(chart: Construct): void {
  const namespaceSelector = { matchNames: [releaseNamespace] };
  const endpoint = (role: string) => ({
    port: 'http',
    path: '/metrics',
    interval,
    relabelings: [{ sourceLabels: [role], targetLabel: 'process' }],
  });
  const operator = { apiVersion: 'monitoring.coreos.com/v1' };
  const selector = { matchLabels: selectorOf() };
  const monitor = {
    ...operator,
    kind: 'ServiceMonitor',
    metadata: monitored('services'),
    spec: {
      selector,
      namespaceSelector,
      endpoints: [endpoint('__meta_kubernetes_service_label_app_kubernetes_io_component')],
    },
  };
  add(chart, monitor, serviceMonitor);
  const podMonitor = {
    ...operator,
    kind: 'PodMonitor',
    metadata: monitored('training-gpu'),
    spec: {
      selector: { matchLabels: selectorOf('training-gpu') },
      namespaceSelector,
      podMetricsEndpoints: [endpoint('__meta_kubernetes_pod_label_app_kubernetes_io_component')],
    },
  };
  add(chart, podMonitor, all(serviceMonitor, values.gpu.enabled));
  const alerts = path.join(generated, 'alerts.yaml');
  if (existsSync(alerts)) {
    const spec = parse(readFileSync(alerts, 'utf8')) as { groups: unknown };
    add(chart, { ...operator, kind: 'PrometheusRule', metadata: monitored('alerts'), spec }, rules);
  }
  addDashboards(chart);
}

/** The labels of the user's go into an object of their own kind: a mark for the whole map would displace ours. */
function monitored(what: string) {
  const { name } = metadata(what);
  return { name, labels };
}

function addDashboards(chart: Construct): void {
  const folder = path.join(generated, 'dashboards');
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const file of files.filter((each) => each.endsWith('.json'))) {
    const name = `dashboard-${path.basename(file, '.json')}`;
    const { labels: own } = metadata(name);
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: nameOf(name), labels: { ...own, grafana_dashboard: '1' } },
      data: { [file]: JSON.stringify(JSON.parse(readFileSync(path.join(folder, file), 'utf8'))) },
    };
    add(chart, configMap, dashboards);
  }
}
