import { Rejection } from '@trainyard/flow';
import type { LoggedMetric, UserCommand } from './commands.js';
import type { RunEvent } from './events.js';
import { ended, type MetricPoint, type RunState } from './state.js';

/** Points a run keeps, so that its document stays readable in one piece. */
export const MOST_POINTS = 10_000;
const MOST_ARTIFACTS = 1000;

/** What users log. A run that has ended takes nothing more. */
export function logged(state: RunState | undefined, command: UserCommand, runId: string, now: number): RunEvent[] {
  if (command.type === 'Start') return start(state, command, runId, now);
  if (!state) throw new Rejection('RUN_NOT_FOUND', `there is no run ${runId}`);
  if (ended.has(state.status)) {
    if (command.type === 'Finish' && command.status === state.status) return [];
    throw new Rejection('RUN_ENDED', `run ${runId} is ${state.status}; start another one`);
  }
  switch (command.type) {
    case 'LogParams':
      return [{ type: 'ParamsLogged', params: command.params }];
    case 'LogMetrics':
      return [{ type: 'MetricsLogged', points: points(state, command.metrics, now) }];
    case 'LogArtifact': {
      if (state.artifacts.length >= MOST_ARTIFACTS)
        throw new Rejection('RUN_FULL', `run ${runId} has ${MOST_ARTIFACTS} artifacts, the most a run keeps`);
      const { name, digest, bytes } = command;
      return [{ type: 'ArtifactLogged', artifact: { name, digest, bytes, at: now } }];
    }
    case 'Finish':
      if (state.kind === 'job')
        throw new Rejection('RUN_IS_A_JOB', `run ${runId} is a training job; it ends when the job does`);
      return [{ type: 'Ended', status: command.status, at: now }];
  }
}

function start(
  state: RunState | undefined,
  { experimentId, experiment, name, params, tags }: Extract<UserCommand, { type: 'Start' }>,
  runId: string,
  now: number,
): RunEvent[] {
  if (state) return [];
  const begun: RunState = {
    runId,
    experimentId,
    experiment,
    kind: 'user',
    name,
    status: 'running',
    params,
    tags,
    metrics: {},
    history: [],
    artifacts: [],
    startedAt: now,
  };
  return [{ type: 'Started', state: begun }];
}

/** A point without a step gets the one after the metric's last. */
function points(state: RunState, metrics: readonly LoggedMetric[], at: number): MetricPoint[] {
  if (state.history.length + metrics.length > MOST_POINTS) {
    const left = MOST_POINTS - state.history.length;
    throw new Rejection(
      'RUN_FULL',
      `run ${state.runId} takes ${left} more points (${MOST_POINTS} in all): log less often`,
    );
  }
  const next = new Map<string, number>();
  for (const { name, step } of state.history) next.set(name, Math.max(next.get(name) ?? 0, step + 1));
  return metrics.map(({ name, value, step = next.get(name) ?? 0 }) => {
    next.set(name, Math.max(next.get(name) ?? 0, step + 1));
    return { name, value, step, at };
  });
}
