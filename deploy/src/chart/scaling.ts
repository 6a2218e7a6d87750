import type { Construct } from 'constructs';
import { any } from '../template/condition.js';
import { releaseNamespace, text } from '../template/mark.js';
import { metadata, nameOf, PORT, values } from './component.js';
import { add } from './object.js';

/** Something of the release is scaled by KEDA. */
export const kedaWanted = any(values.gpu.enabled, values.training.keda.enabled);

/** A trigger of KEDA: as many pods as a pool has unfinished work for, `perPod` each (docs/decisions/0020). */
export const queueTrigger = (pool: 'cpu' | 'gpu', perPod: unknown) => ({
  type: 'metrics-api',
  metadata: {
    url: `http://${nameOf('training')}.${releaseNamespace}.svc:${PORT}/api/v1/queues/${pool}`,
    valueLocation: 'unfinished',
    targetValue: text(perPod),
    authMode: 'bearer',
  },
  authenticationRef: { name: nameOf('queue') },
});

/** Pods by load on the processor, and training pods by unfinished work. */
export function addScaling(chart: Construct): void {
  for (const component of ['gateway', 'serving'] as const) {
    const { enabled, minReplicas, maxReplicas, cpuPercent } = values[component].autoscaling;
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: metadata(component, component),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: nameOf(component) },
        minReplicas,
        maxReplicas,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } },
          },
        ],
      },
    };
    add(chart, scaler, enabled);
  }
  addQueueKey(chart);
  const { keda, slots } = values.training;
  const scaledTraining = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: metadata('training', 'training'),
    spec: {
      scaleTargetRef: { name: nameOf('training') },
      minReplicaCount: keda.minReplicas,
      maxReplicaCount: keda.maxReplicas,
      pollingInterval: keda.pollingSeconds,
      cooldownPeriod: keda.cooldownSeconds,
      // Who cannot ask for the queue does not scale it to nothing.
      fallback: { failureThreshold: 5, replicas: keda.minReplicas },
      triggers: [queueTrigger('cpu', slots)],
    },
  };
  add(chart, scaledTraining, keda.enabled);
}

/** The key that KEDA asks for the queue with. */
function addQueueKey(chart: Construct): void {
  const authentication = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: metadata('queue', 'training'),
    spec: { secretTargetRef: [{ parameter: 'token', name: values.auth.existingSecret, key: values.auth.scalerKey }] },
  };
  add(chart, authentication, kedaWanted);
}
