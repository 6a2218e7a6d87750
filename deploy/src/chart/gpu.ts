import type { Construct } from 'constructs';
import { fieldsIf } from '../template/condition.js';
import { text } from '../template/mark.js';
import { metadata, nameOf, values } from './component.js';
import { add } from './object.js';
import { podTemplate } from './pod.js';
import { queueTrigger } from './scaling.js';
import { addAccount } from './service.js';

const { gpu } = values;

/** A pod for each unfinished job of the pool `gpu`: it takes one, tells the result, and ends. */
export function addGpuPods(chart: Construct): void {
  addAccount(chart, 'training-gpu', gpu.enabled);
  const { labels, name } = metadata('training-gpu', 'training-gpu');
  const scaledJob = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledJob',
    // KEDA hands its labels on to the Jobs, where Kueue looks for its own.
    metadata: {
      name,
      labels: { ...labels, ...fieldsIf(gpu.kueueQueue, { 'kueue.x-k8s.io/queue-name': gpu.kueueQueue }) },
    },
    spec: {
      pollingInterval: gpu.pollingSeconds,
      minReplicaCount: 0,
      maxReplicaCount: gpu.maxPods,
      successfulJobsHistoryLimit: gpu.historyLimit,
      failedJobsHistoryLimit: gpu.historyLimit,
      scalingStrategy: { strategy: 'default' },
      // An upgrade of the chart ends no pod that works.
      rollout: { strategy: 'gradual', propagationPolicy: 'foreground' },
      triggers: [queueTrigger('gpu', gpu.attemptsPerPod)],
      jobTargetRef: {
        parallelism: 1,
        completions: 1,
        // A pod that is lost is not tried again by its Job: the job is still unfinished, and KEDA starts another.
        backoffLimit: 0,
        activeDeadlineSeconds: gpu.timeoutSeconds,
        template: gpuPod(),
      },
    },
  };
  add(chart, scaledJob, gpu.enabled);
}

function gpuPod() {
  return podTemplate({
    role: 'training-gpu',
    image: gpu.image,
    placed: gpu,
    env: [
      { name: 'TRAINING_SLOTS', value: 'gpu=1' },
      { name: 'TRAINING_ATTEMPTS', value: text(gpu.attemptsPerPod) },
      { name: 'TRAINING_IDLE_SECONDS', value: text(gpu.idleSeconds) },
    ],
    limits: { [gpu.resourceName]: text(gpu.count) },
    spec: { restartPolicy: 'Never' },
  });
}

/** The account that GPU pods run as. */
export const gpuAccount = nameOf('training-gpu');
