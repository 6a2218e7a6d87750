import { z } from 'zod';

const quantity = z.string().regex(/^\d+(\.\d+)?(m|k|Ki|Mi|Gi|Ti|M|G|T)?$/, 'a quantity such as 500m, 2 or 1Gi');
const labels = z.record(z.string(), z.string());

/** What a container asks for and may use. No limit on the processor: it would only slow down what nobody waits for. */
export const resources = (cpu: string, memory: string, most: string) =>
  z
    .strictObject({
      requests: z.strictObject({ cpu: quantity.default(cpu), memory: quantity.default(memory) }).prefault({}),
      limits: z.strictObject({ memory: quantity.default(most) }).prefault({}),
    })
    .prefault({})
    .describe('What a container asks for, and the memory at which it is ended.');

/** Which nodes pods go to. */
export const placement = {
  nodeSelector: labels.default({}).describe('Labels of the nodes that pods may run on.'),
  tolerations: z.array(z.record(z.string(), z.any())).default([]).describe('Taints that pods put up with.'),
  affinity: z.record(z.string(), z.any()).default({}).describe('Further rules of placement.'),
  priorityClassName: z.string().default('').describe('Who goes first when there is no room for all; none when empty.'),
};

/** Replicas by load on the processor. */
export const autoscaling = (enabled: boolean, most: number) =>
  z
    .strictObject({
      enabled: z.boolean().default(enabled).describe('A HorizontalPodAutoscaler sets the number of replicas.'),
      minReplicas: z.int().min(1).default(2),
      maxReplicas: z.int().min(1).default(most),
      cpuPercent: z.int().min(1).max(100).default(70).describe('Of the requested processor time.'),
    })
    .prefault({})
    .describe('Needs the metrics server.');

export const replicas = (count: number) =>
  z.int().min(0).default(count).describe('Pods, unless something scales them.');
