import { attemptCommands, type Work } from '@trainyard/flow';
import { predictionBatch } from './batch/batch.js';
import type { BatchResult, BatchState } from './batch/state.js';
import { deployment } from './deployment/deployment.js';
import { currentOf } from './deployment/loading.js';
import type { DeploymentState } from './deployment/state.js';

/** Brings a version into this replica's memory, verified and warm; rejects when it cannot be served. */
export type LoadVersion = (artifact: string, signal: AbortSignal) => Promise<unknown>;

/** Predicts a file: in a child process in production, in virtual time in the simulator. */
export interface BatchExecutor {
  run(
    request: BatchState['request'],
    options: { readonly signal: AbortSignal; readonly onBeat: () => void },
  ): Promise<BatchResult>;
}

/** Waiting deployments as leased work: a version is announced as ready when one replica has it in memory. */
export function deploymentWork(load: LoadVersion): Work<DeploymentState> {
  return {
    ...attemptCommands,
    kind: 'deployment',
    aggregate: deployment,
    waiting: (now) => ({ where: { waitsSince: { lte: now } }, orderBy: [['waitsSince', 'asc']] }),
    leaseOf: (state) => state.lease,
    execute: async (_id, state, { attempt, signal }) => {
      await load(currentOf(state).artifact, signal);
      return { type: 'Succeed', attempt };
    },
  };
}

/** Waiting batches as leased work. */
export function batchWork(executor: BatchExecutor): Work<BatchState> {
  return {
    ...attemptCommands,
    kind: 'batch',
    aggregate: predictionBatch,
    waiting: (now) => ({
      where: { status: 'queued', availableAt: { lte: now } },
      orderBy: [['availableAt', 'asc']],
    }),
    leaseOf: (state) => state.lease,
    execute: async (_id, { request }, { attempt, signal, beat }) => {
      const result = await executor.run(request, { signal, onBeat: beat });
      return { type: 'Succeed', attempt, result };
    },
  };
}
