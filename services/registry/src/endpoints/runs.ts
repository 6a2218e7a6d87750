import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '@trainyard/artifacts';
import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { storeUpload } from '../dataset/upload.js';
import { differences } from '../model/compare.js';
import type { UserCommand } from '../run/commands.js';
import { run } from '../run/run.js';
import type { RunState } from '../run/state.js';
import { runDetails, runSummary } from '../run/view.js';
import { byId } from './page.js';
import { name, params as runParams } from './run-fields.js';

const tag = 'experiments';

export interface RunPorts {
  readonly flow: Flow;
  readonly artifacts: ArtifactStore;
  readonly maxUploadBytes: number;
}

/** Runs by their id, a job's or a user's: under `/experiments/runs` and, shorter, under `/runs`. */
export function runEndpoints(ports: RunPorts): Endpoint[] {
  return ['/api/v1/experiments/runs', '/api/v1/runs'].flatMap((root) => [
    ...reading(ports, root),
    ...logging(ports, root),
  ]);
}

function reading({ flow, artifacts }: RunPorts, root: string): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: `${root}/compare`,
      summary: 'Compares runs: their metrics, and the parameters that differ',
      tag,
      query: z.object({ ids: z.string().min(1).describe('ids, comma-separated') }),
      handle: async ({ query }) => {
        const ids = [...new Set(query.ids.split(',').map((id) => id.trim()))].filter(Boolean).slice(0, 100);
        const states = await Promise.all(ids.map((id) => findRun(flow, id)));
        const metrics = [...new Set(states.flatMap((state) => Object.keys(state.metrics)))];
        return {
          runs: states.map(runSummary),
          metrics: Object.fromEntries(
            metrics.map((metric) => [metric, states.map((state) => state.metrics[metric] ?? null)]),
          ),
          params: differences(states.map((state) => state.params)),
        };
      },
    }),
    endpoint({
      method: 'get',
      path: `${root}/{id}`,
      summary: 'One run with all that was logged',
      tag,
      params: byId,
      handle: async ({ params }) => runDetails(await findRun(flow, params.id)),
    }),
    endpoint({
      method: 'get',
      path: `${root}/{id}/artifacts/{name}`,
      summary: 'The bytes of a logged artifact',
      tag,
      params: z.object({ id: z.string().min(1), name }),
      answerKind: 'application/octet-stream',
      handle: async ({ params, response }) => {
        const { artifacts: logged } = await findRun(flow, params.id);
        const artifact = logged.find((each) => each.name === params.name);
        if (!artifact)
          throw new Problem(404, 'ARTIFACT_NOT_FOUND', `run ${params.id} has no artifact "${params.name}"`);
        response.type('application/octet-stream').setHeader('content-length', artifact.bytes);
        await pipeline(await artifacts.open(artifact.digest), response);
      },
    }),
  ];
}

function logging({ flow, artifacts, maxUploadBytes }: RunPorts, root: string): Endpoint[] {
  const tell = async (id: string, command: UserCommand) => {
    const { record } = await flow.handle(run, id, command);
    return runSummary((record as NonNullable<typeof record>).state);
  };
  return [
    endpoint({
      method: 'post',
      path: `${root}/{id}/params`,
      summary: 'Logs parameters',
      tag,
      params: byId,
      body: z.object({ params: runParams }),
      handle: ({ params, body }) => tell(params.id, { type: 'LogParams', params: body.params }),
    }),
    endpoint({
      method: 'post',
      path: `${root}/{id}/metrics`,
      summary: 'Logs metrics',
      tag,
      params: byId,
      body: z.object({
        metrics: z
          .array(z.object({ name, value: z.number(), step: z.number().int().min(0).optional() }))
          .min(1)
          .max(1000),
      }),
      handle: ({ params, body }) => tell(params.id, { type: 'LogMetrics', metrics: body.metrics }),
    }),
    endpoint({
      method: 'post',
      path: `${root}/{id}/artifacts`,
      summary: 'Logs an artifact: the body is the file',
      tag,
      params: byId,
      query: z.object({ name }),
      bodyKind: 'raw',
      status: 201,
      handle: async ({ params, query, request }) => {
        await findRun(flow, params.id);
        const { digest, size } = await storeUpload(request, artifacts, maxUploadBytes);
        await tell(params.id, { type: 'LogArtifact', name: query.name, digest, bytes: size });
        return { name: query.name, digest, bytes: size };
      },
    }),
    endpoint({
      method: 'post',
      path: `${root}/{id}/finish`,
      summary: 'Ends a run',
      tag,
      params: byId,
      body: z.object({ status: z.enum(['finished', 'failed', 'cancelled']).default('finished') }),
      handle: ({ params, body }) => tell(params.id, { type: 'Finish', status: body.status }),
    }),
  ];
}

async function findRun(flow: Flow, id: string): Promise<RunState> {
  const record = await flow.load<RunState>(run, id);
  if (record) return record.state;
  throw new Problem(404, 'RUN_NOT_FOUND', `there is no run ${id}`);
}
