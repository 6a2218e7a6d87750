import { z } from 'zod';
import { placement, resources } from './component.js';

/** The pool of GPU pods: one pod for each unfinished job, none when there is none. */
export const gpu = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Needs KEDA, and nodes that offer the resource.'),
    image: z.string().min(1).default('training-gpu').describe('Follows image.repository.'),
    resourceName: z.string().min(1).default('nvidia.com/gpu'),
    count: z.int().min(1).max(16).default(1).describe('GPUs of each pod.'),
    maxPods: z.int().min(1).default(4),
    pollingSeconds: z.int().min(1).default(5).describe('How often the queue is asked for.'),
    attemptsPerPod: z.int().min(1).default(1).describe('Jobs or trials that a pod takes before it ends.'),
    idleSeconds: z.number().min(1).default(60).describe('A pod ends after so long without work.'),
    timeoutSeconds: z.int().min(60).default(86400).describe('A pod is ended after so long; its job goes on elsewhere.'),
    historyLimit: z.int().min(0).default(5).describe('Ended Jobs that stay to be looked at, of each kind.'),
    kueueQueue: z.string().default('').describe('LocalQueue of Kueue; none when empty.'),
    resources: resources('2', '8Gi', '16Gi'),
    ...placement,
    nodeSelector: placement.nodeSelector.unwrap().default({ 'nvidia.com/gpu.present': 'true' }),
    tolerations: placement.tolerations
      .unwrap()
      .default([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]),
  })
  .prefault({})
  .describe('Training pods with a GPU, started by KEDA for jobs whose resources.pool is gpu.');
