import { experimentIdOf } from '../experiment/experiment.js';
import type { JobFact } from './commands.js';
import type { RunEvent } from './events.js';
import { ended, type Params, type RunState } from './state.js';

/** A job's run follows the job's facts. The evaluation comes over another topic, so it may be the first to arrive. */
export function followJob(state: RunState | undefined, fact: JobFact, runId: string, now: number): RunEvent[] {
  if (fact.type === 'JobAccepted') return accepted(state, fact, runId);
  if (fact.type === 'EvaluationCompleted') return evaluated(state, fact, runId, now);
  if (!state || ended.has(state.status)) return [];
  switch (fact.type) {
    case 'JobQueued':
      return [{ type: 'ParamsLogged', params: { ...fact.data.params, model: fact.data.model } }];
    case 'TrainStarted':
      return state.status === 'running' ? [] : [{ type: 'Progressed', status: 'running' }];
    case 'JobCompleted': {
      const { modelId: id, modelName: name, version, metrics, completedAt: at } = fact.data;
      return [
        { type: 'Measured', metrics },
        { type: 'Ended', status: 'finished', model: { id, name, version }, at },
      ];
    }
    case 'JobFailed': {
      const { code, message, failedAt: at } = fact.data;
      return [{ type: 'Ended', status: 'failed', error: { code, message }, at }];
    }
    case 'JobCancelled':
      return [{ type: 'Ended', status: 'cancelled', at: fact.data.cancelledAt }];
  }
}

function accepted(
  state: RunState | undefined,
  { data: { name, request, acceptedAt } }: Extract<JobFact, { type: 'JobAccepted' }>,
  runId: string,
): RunEvent[] {
  if (state) return [];
  const { experiment, tags } = request;
  const chosen = typeof request.model === 'string' ? request.model : [...request.model];
  const params = { ...request.params, model: chosen, seed: request.seed };
  return [{ type: 'Started', state: { ...jobRun(runId, experiment, name, params, acceptedAt), tags } }];
}

function evaluated(
  state: RunState | undefined,
  { data: { candidate, metrics } }: Extract<JobFact, { type: 'EvaluationCompleted' }>,
  runId: string,
  now: number,
): RunEvent[] {
  if (!candidate) return [];
  const { experiment, name, params, model, seed, tags } = candidate;
  const all = { ...params, model, seed };
  const started: RunEvent[] = state
    ? [{ type: 'ParamsLogged', params: all }]
    : [{ type: 'Started', state: { ...jobRun(runId, experiment, name, all, now), tags, status: 'running' } }];
  return [...started, { type: 'Measured', metrics }];
}

function jobRun(runId: string, experiment: string, name: string, params: Params, startedAt: number): RunState {
  return {
    runId,
    experimentId: experimentIdOf(experiment),
    experiment,
    kind: 'job',
    name,
    status: 'queued',
    params,
    tags: {},
    metrics: {},
    history: [],
    artifacts: [],
    startedAt,
  };
}
