import type { EvaluationState } from './state.js';

/** An evaluation as REST shows it. */
export function evaluationView(state: EvaluationState) {
  const { evaluationId, subject, status, outcome, failure, attempts, requestedAt, endedAt } = state;
  const about =
    subject.kind === 'candidate'
      ? { jobId: subject.candidate.jobId, model: { name: subject.candidate.name } }
      : { model: { id: subject.request.modelId, name: subject.request.modelName, version: subject.request.version } };
  return {
    evaluationId,
    ...about,
    status,
    metrics: outcome?.metrics ?? null,
    gates: outcome?.gates ?? [],
    passed: outcome?.passed ?? null,
    report: outcome?.report ?? null,
    attempts,
    error: status === 'completed' ? null : (failure ?? null),
    requestedAt: new Date(requestedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
  };
}
