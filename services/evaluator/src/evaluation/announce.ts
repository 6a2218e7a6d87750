import type { Announcement } from '@trainyard/flow';
import type { EvaluationEvent } from './events.js';
import type { EvaluationState } from './state.js';

/** The world hears of an evaluation's end, under its job's key where it has a job. */
export function announce(event: EvaluationEvent, { evaluationId, subject }: EvaluationState): Announcement[] {
  const jobId = subject.kind === 'candidate' ? subject.candidate.jobId : null;
  const key = jobId ?? evaluationId;
  if (event.type === 'Failed') {
    const { code, message } = event;
    return [{ type: 'EvaluationFailed', key, data: { evaluationId, jobId, code, message } }];
  }
  if (event.type !== 'Completed') return [];
  const candidate = subject.kind === 'candidate' ? subject.candidate : null;
  const modelId = subject.kind === 'version' ? subject.request.modelId : null;
  const version = subject.kind === 'version' ? subject.request.version : null;
  const ids = { evaluationId, jobId, modelId, version };
  return [{ type: 'EvaluationCompleted', key, data: { ...ids, candidate, ...event.outcome, evaluatedAt: event.at } }];
}
