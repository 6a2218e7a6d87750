import type { Construct } from 'constructs';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { EnvVar, Service, ServiceAccount } from 'kubernetes-types/core/v1.js';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.js';
import { fieldsIf, not } from '../template/condition.js';
import { text } from '../template/mark.js';
import { type Component, components, metadata, nameOf, PORT, type Role, selectorOf, values } from './component.js';
import { add, type Manifest } from './object.js';
import { type Placed, podTemplate } from './pod.js';

/** What sets the number of pods instead of `replicas`, where something does. */
const scaledBy: Partial<Record<Component, unknown>> = {
  gateway: values.gateway.autoscaling.enabled,
  serving: values.serving.autoscaling.enabled,
  training: values.training.keda.enabled,
};

const env: Partial<Record<Component, readonly EnvVar[]>> = {
  training: [{ name: 'TRAINING_SLOTS', value: `cpu=${text(values.training.slots)}` }],
};

/** Every service: its pods, its address, its account, and how many of its pods may be away. */
export function addServices(chart: Construct): void {
  for (const component of components) {
    addAccount(chart, component);
    add(chart, deployment(component) as Deployment & Manifest);
    add(chart, service(component) as Service & Manifest);
    add(chart, disruptionBudget(component) as PodDisruptionBudget & Manifest, values.podDisruptionBudgets);
  }
}

/** An account of its own, without a token and without a role: pods have nothing to ask of the API server. */
export function addAccount(chart: Construct, role: Role, condition?: unknown): void {
  const account: ServiceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(role, role),
    automountServiceAccountToken: false,
  };
  add(chart, account as ServiceAccount & Manifest, condition);
}

function deployment(component: Component): Deployment {
  const placed: Placed & { replicas: number } = values[component];
  const scaled = scaledBy[component];
  const replicas = { replicas: placed.replicas };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(component, component),
    spec: {
      ...(scaled ? fieldsIf(not(scaled), replicas) : replicas),
      selector: { matchLabels: selectorOf(component) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate({
        role: component,
        image: component,
        placed,
        env: env[component] ?? [],
        spec: { topologySpreadConstraints: spread(component) },
      }),
    },
  };
}

/** Over zones and nodes, as far as there are any. */
function spread(component: Component) {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { matchLabels: selectorOf(component) },
  }));
}

function service(component: Component): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(component, component),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(component),
      ports: [{ name: 'http', port: PORT, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

function disruptionBudget(component: Component): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { ...metadata(component, component), name: nameOf(component) },
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorOf(component) } },
  };
}
