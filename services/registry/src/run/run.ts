import type { Aggregate, Wake } from '@trainyard/flow';
import type { JobFact, RunCommand } from './commands.js';
import type { RunEvent } from './events.js';
import { followJob } from './job-run.js';
import type { RunState } from './state.js';
import { logged } from './user-run.js';

/** A run: its parameters, metrics and artifacts, from its start to its end. */
export const run: Aggregate<RunState, RunCommand, RunEvent> = {
  name: 'Run',
  fields: { experimentId: 'string', startedAt: 'number', status: 'string' },
  indexes: [['experimentId', 'startedAt']],
  decide,
  evolve,
  announce: () => [],
  index: ({ experimentId, startedAt, status }) => ({ experimentId, startedAt, status }),
};

function decide(
  state: RunState | undefined,
  command: RunCommand | Wake,
  { id, now }: { id: string; now: number },
): RunEvent[] {
  if (command.type === 'Wake') return [];
  return isFact(command) ? followJob(state, command, id, now) : logged(state, command, id, now);
}

function isFact(command: RunCommand): command is JobFact {
  return 'data' in command;
}

function evolve(before: RunState | undefined, event: RunEvent): RunState {
  if (event.type === 'Started') return event.state;
  const state = before as RunState;
  switch (event.type) {
    case 'Progressed':
      return { ...state, status: event.status };
    case 'ParamsLogged':
      return { ...state, params: { ...state.params, ...event.params } };
    case 'MetricsLogged': {
      const latest = Object.fromEntries(event.points.map(({ name, value }) => [name, value]));
      return { ...state, metrics: { ...state.metrics, ...latest }, history: [...state.history, ...event.points] };
    }
    case 'Measured':
      return { ...state, metrics: { ...state.metrics, ...event.metrics } };
    case 'ArtifactLogged': {
      const others = state.artifacts.filter(({ name }) => name !== event.artifact.name);
      return { ...state, artifacts: [...others, event.artifact] };
    }
    case 'Ended': {
      const { status, model = state.model, error, at } = event;
      return { ...state, status, model, error, endedAt: at };
    }
  }
}
