import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { type ExperimentState, experiment, experimentIdFrom, experimentIdOf } from '../experiment/experiment.js';
import { run } from '../run/run.js';
import type { RunState } from '../run/state.js';
import { runSummary } from '../run/view.js';
import { byId, page } from './page.js';
import { name, newRunId, params, tags } from './run-fields.js';

const tag = 'experiments';

/** Experiments and the runs in them. `{id}` is an experiment's id or its name. */
export function experimentEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/experiments',
      summary: 'Lists experiments, the newest first',
      tag,
      query: page,
      handle: async ({ query }) => {
        const [records, total] = await Promise.all([
          flow.find<ExperimentState>(experiment, { ...query, orderBy: [['createdAt', 'desc']] }),
          flow.ports.store.count(experiment.name),
        ]);
        return { experiments: await Promise.all(records.map(({ state }) => withRuns(flow, state))), total };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/experiments',
      summary: 'Starts an experiment; an existing one is answered as it is',
      tag,
      body: z.object({ name, description: z.string().max(10_000).optional(), tags }),
      status: 201,
      handle: async ({ body }) => {
        const { record } = await flow.handle(experiment, experimentIdOf(body.name), { type: 'Start', ...body });
        return withRuns(flow, (record as NonNullable<typeof record>).state);
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/experiments/{id}',
      summary: 'One experiment',
      tag,
      params: byId,
      handle: async ({ params: { id } }) => withRuns(flow, await findExperiment(flow, id)),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/experiments/{id}/runs',
      summary: "An experiment's runs, the newest first",
      tag,
      params: byId,
      query: page,
      handle: async ({ params: { id }, query }) => {
        const { experimentId } = await findExperiment(flow, id);
        const where = { experimentId };
        const [records, total] = await Promise.all([
          flow.find<RunState>(run, { ...query, where, orderBy: [['startedAt', 'desc']] }),
          flow.ports.store.count(run.name, where),
        ]);
        return { runs: records.map(({ state }) => runSummary(state)), total };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/experiments/{id}/runs',
      summary: 'Starts a run of your own',
      tag,
      params: byId,
      body: z.object({ name: name.optional(), params, tags }),
      status: 201,
      handle: async ({ params: { id }, body }) => {
        const { experimentId, name: experimentName } = await findExperiment(flow, id);
        const runId = newRunId();
        const { record } = await flow.handle(run, runId, {
          type: 'Start',
          experimentId,
          experiment: experimentName,
          name: body.name ?? runId,
          params: body.params,
          tags: body.tags,
        });
        return runSummary((record as NonNullable<typeof record>).state);
      },
    }),
  ];
}

async function findExperiment(flow: Flow, idOrName: string): Promise<ExperimentState> {
  const record = await flow.load<ExperimentState>(experiment, experimentIdFrom(idOrName));
  if (record) return record.state;
  throw new Problem(
    404,
    'EXPERIMENT_NOT_FOUND',
    `there is no experiment "${idOrName}"; POST /api/v1/experiments starts one`,
  );
}

async function withRuns(flow: Flow, { createdAt, ...state }: ExperimentState) {
  const runs = await flow.ports.store.count(run.name, { experimentId: state.experimentId });
  return { id: state.experimentId, ...state, runs, createdAt: new Date(createdAt).toISOString() };
}
