import {
  type Aggregate,
  type Announcement,
  decideAttempt,
  expireLease,
  Rejection,
  refuseLate,
  type Wake,
} from '@trainyard/flow';
import { evolve } from './evolve.js';
import { type BatchCommand, type BatchEvent, type BatchState, phaseOf } from './state.js';

/** The prediction of one file: queued, predicted under a lease, ended once. */
export const predictionBatch: Aggregate<BatchState, BatchCommand, BatchEvent> = {
  name: 'PredictionBatch',
  fields: { status: 'string', availableAt: 'number', requestedAt: 'number' },
  indexes: [['status', 'availableAt'], ['requestedAt']],
  decide,
  evolve,
  announce,
  index: ({ status, availableAt, requestedAt }) => ({ status, availableAt, requestedAt }),
  wakeAt: (state) => state.lease?.expiresAt ?? null,
};

function decide(
  state: BatchState | undefined,
  command: BatchCommand | Wake,
  { id, now }: { id: string; now: number },
): BatchEvent[] {
  if (command.type === 'BatchPredictRequested') {
    return state ? [] : [{ type: 'Requested', request: command.data, at: now }];
  }
  if (!state) {
    if (command.type === 'Wake') return [];
    throw new Rejection('BATCH_NOT_FOUND', `there is no batch ${id}`);
  }
  const phase = phaseOf(state);
  if (command.type === 'Wake') return expireLease(phase, state, now);
  if (command.type !== 'Succeed') return decideAttempt(phase, state, command, now);
  return refuseLate(phase, state, command, now) ?? [{ type: 'Completed', result: command.result, at: now }];
}

function announce(event: BatchEvent, { request: { batchId } }: BatchState): Announcement[] {
  if (event.type === 'Completed') {
    const { digest: result, rows, seconds } = event.result;
    return [{ type: 'BatchPredictCompleted', key: batchId, data: { batchId, result, rows, seconds } }];
  }
  if (event.type !== 'Failed') return [];
  const { code, message } = event;
  return [{ type: 'BatchPredictFailed', key: batchId, data: { batchId, code, message } }];
}
