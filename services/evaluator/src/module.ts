import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { readSettings, type ServiceModule, setting } from '@trainyard/service';
import { z } from 'zod';
import { createEvaluatorDefinition } from './definition.js';
import { evaluationEndpoints } from './endpoints.js';
import { ProcessExecutor } from './work/process-executor.js';

/** What this service reads from its environment, besides what every process of the platform does. */
export const evaluatorSettings = z.object({
  /** Evaluations at once. */
  EVALUATION_SLOTS: setting.integer(1, 1, 64),
  LEASE_SECONDS: setting.seconds(30, 0.5),
});

/** The evaluator in a process of its own or embedded. */
export const evaluatorModule: ServiceModule = {
  name: 'evaluator',
  port: 8083,
  create({ flow, env }) {
    const { EVALUATION_SLOTS: slots, LEASE_SECONDS } = readSettings(evaluatorSettings, env);
    const executor = new ProcessExecutor({ slots, env, metrics: flow.ports.metrics });
    const worker = `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
    const options = { worker, slots, leaseMs: LEASE_SECONDS * 1000, pollMs: 200 };
    return {
      definition: createEvaluatorDefinition(flow, executor, options),
      endpoints: evaluationEndpoints(flow),
      start: async () => executor.warm(),
      stop: async () => executor.close(),
    };
  },
};
