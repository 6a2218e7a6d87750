import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { readSettings, type ServiceModule, setting } from '@trainyard/service';
import { watchGpus } from '@trainyard/telemetry';
import { z } from 'zod';
import { ProcessExecutor } from './attempt/process-executor.js';
import { createTrainingDefinition } from './definition.js';
import { watchJobs } from './metrics/job-metrics.js';
import { queueEndpoints } from './queue/endpoints.js';

/** What this service reads from its environment, besides what every process of the platform does. */
export const trainingSettings = z.object({
  /** Attempts at once: a number for the cpu pool, or `cpu=2,gpu=1`. */
  TRAINING_SLOTS: z
    .string()
    .regex(/^(\d+|(cpu|gpu)=\d+(,(cpu|gpu)=\d+)*)$/, 'must be a number, or pools like cpu=2,gpu=1')
    .default(String(Math.max(1, os.availableParallelism()))),
  LEASE_SECONDS: setting.seconds(30, 0.5),
  /** Attempts after which the process ends by itself, and hears no events meanwhile; 0: it stays. */
  TRAINING_ATTEMPTS: setting.integer(0, 0),
  /** A process with TRAINING_ATTEMPTS ends after so long without work. */
  TRAINING_IDLE_SECONDS: setting.seconds(60, 0.1),
});

/** The training service in a process of its own or embedded. */
export const trainingModule: ServiceModule = {
  name: 'training',
  port: 8081,
  create({ flow, env }) {
    const { TRAINING_SLOTS, LEASE_SECONDS, TRAINING_ATTEMPTS, TRAINING_IDLE_SECONDS } = readSettings(
      trainingSettings,
      env,
    );
    const limits = TRAINING_ATTEMPTS > 0 ? { most: TRAINING_ATTEMPTS, idleMs: TRAINING_IDLE_SECONDS * 1000 } : {};
    const slots = parseSlots(TRAINING_SLOTS);
    const all = Object.values(slots).reduce((sum, count) => sum + count, 0);
    const executor = new ProcessExecutor({ slots: all, env, metrics: flow.ports.metrics });
    const watching = [watchJobs(flow), ...(slots.gpu ? [watchGpus('training')] : [])];
    const worker = `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
    return {
      definition: createTrainingDefinition(flow, executor, {
        worker,
        slots,
        leaseMs: LEASE_SECONDS * 1000,
        pollMs: 200,
        ...limits,
      }),
      endpoints: queueEndpoints(flow),
      start: async () => executor.warm(),
      stop: async () => {
        for (const end of watching) end();
        executor.close();
      },
    };
  },
};

function parseSlots(text: string): Record<string, number> {
  if (/^\d+$/.test(text)) return { cpu: Number(text) };
  return Object.fromEntries(
    text
      .split(',')
      .map((part) => part.split('='))
      .map(([pool, count]) => [pool, Number(count)]),
  );
}
