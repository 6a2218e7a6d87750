import type { RunState } from './state.js';

const iso = (at: number) => new Date(at).toISOString();

/** A run in a list. */
export function runSummary(state: RunState) {
  const { runId, experimentId, experiment, kind, name, status, params, tags, metrics, model, error } = state;
  return {
    runId,
    experimentId,
    experiment,
    kind,
    name,
    status,
    params,
    tags,
    metrics,
    model: model ?? null,
    error: error ?? null,
    startedAt: iso(state.startedAt),
    endedAt: state.endedAt === undefined ? null : iso(state.endedAt),
    seconds: state.endedAt === undefined ? null : (state.endedAt - state.startedAt) / 1000,
  };
}

/** A run with everything that was logged. */
export function runDetails(state: RunState) {
  return {
    ...runSummary(state),
    history: state.history.map(({ at, ...point }) => ({ ...point, at: iso(at) })),
    artifacts: state.artifacts.map(({ at, ...artifact }) => ({ ...artifact, at: iso(at) })),
  };
}
