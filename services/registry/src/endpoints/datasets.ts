import type { ArtifactStore } from '@trainyard/artifacts';
import { codeOf, type Flow, isRetriable } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { type DatasetState, dataset, type Profile } from '../dataset/dataset.js';
import type { Profiler, ProfileTask } from '../dataset/profiler.js';
import { storeUpload } from '../dataset/upload.js';
import { datasetView } from '../dataset/view.js';
import { byId, page } from './page.js';
import { readReport } from './reports.js';

const tag = 'datasets';

export interface DatasetPorts {
  readonly flow: Flow;
  readonly artifacts: ArtifactStore;
  readonly profiler: Profiler;
  readonly maxUploadBytes: number;
}

/** Uploads and what is known of them. `{id}` is the SHA-256 of the file. */
export function datasetEndpoints(ports: DatasetPorts): Endpoint[] {
  const { flow, artifacts, profiler } = ports;
  return [
    upload(ports),
    endpoint({
      method: 'get',
      path: '/api/v1/datasets',
      summary: 'Lists datasets, the newest first',
      tag,
      query: page,
      handle: async ({ query }) => {
        const [records, total] = await Promise.all([
          flow.find<DatasetState>(dataset, { ...query, orderBy: [['registeredAt', 'desc']] }),
          flow.ports.store.count(dataset.name),
        ]);
        return { datasets: records.map(({ state }) => datasetView(state)), total };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/datasets/{id}',
      summary: 'One dataset',
      tag,
      params: byId,
      handle: async ({ params }) => datasetView(await findDataset(flow, params.id)),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/datasets/{id}/profile',
      summary: 'What is in each column: types, missing and distinct values, ranges, histograms, warnings',
      tag,
      params: byId,
      handle: async ({ params, response }) => {
        const { datasetId, name, format, profile } = await findDataset(flow, params.id);
        if (profile) return { datasetId, ...(await readReport(artifacts, profile.digest)) };
        const made = await profileOf(profiler, { digest: datasetId, format }, aborted(response));
        const bytes = (await artifacts.get(datasetId)).byteLength;
        await flow.handle(dataset, datasetId, { type: 'Register', name, bytes, profile: made });
        return { datasetId, ...(await readReport(artifacts, made.digest)) };
      },
    }),
  ];
}

function upload({ flow, artifacts, profiler, maxUploadBytes }: DatasetPorts): Endpoint {
  return endpoint({
    method: 'post',
    path: '/api/v1/datasets',
    summary: 'Registers a file: CSV, Parquet, JSON lines or Arrow as the body',
    tag,
    description: 'The same bytes again are the same dataset.',
    query: z.object({
      name: z.string().min(1).max(255).default('dataset').describe('the file name; its extension tells the format'),
      format: z.enum(['csv', 'parquet', 'jsonl', 'arrow']).optional(),
    }),
    bodyKind: 'raw',
    status: 201,
    handle: async ({ query: { name, format }, request, response }) => {
      const { digest, size } = await receive();
      const known = await flow.load<DatasetState>(dataset, digest);
      if (known?.state.profile) return datasetView(known.state);
      const task = { digest, format: format ?? formatOf(name) };
      const profile = await profileOf(profiler, task, aborted(response));
      const { record } = await flow.handle(dataset, digest, { type: 'Register', name, bytes: size, profile });
      return datasetView((record as NonNullable<typeof record>).state);

      async function receive() {
        try {
          return await storeUpload(request, artifacts, maxUploadBytes);
        } catch (error) {
          // What is left of the body is not read: the connection cannot be used again.
          response.setHeader('connection', 'close');
          throw error;
        }
      }
    },
  });
}

async function findDataset(flow: Flow, id: string): Promise<DatasetState> {
  const record = await flow.load<DatasetState>(dataset, id.replace(/^dataset:\/\//, '').toLowerCase());
  if (record) return record.state;
  throw new Problem(404, 'DATASET_NOT_FOUND', `there is no dataset ${id}; GET /api/v1/datasets lists them`);
}

/**
 * What is wrong with a file is its sender's to mend.
 * @throws Problem with the code of what is wrong
 */
async function profileOf(profiler: Profiler, task: ProfileTask, signal: AbortSignal): Promise<Profile> {
  try {
    return await profiler.profile(task, signal);
  } catch (error) {
    const code = codeOf(error);
    if (isRetriable(error) || code === 'INTERNAL') throw error;
    const words = (error as Error).message.replace(/\S*[0-9a-f]{64}(\.\w+)?/g, 'the file');
    throw new Problem(400, code, words);
  }
}

function formatOf(name: string): string | undefined {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (['csv', 'tsv', 'txt'].includes(extension)) return 'csv';
  if (['parquet', 'pq'].includes(extension)) return 'parquet';
  if (['jsonl', 'ndjson', 'json'].includes(extension)) return 'jsonl';
  return ['arrow', 'feather', 'ipc'].includes(extension) ? 'arrow' : undefined;
}

/** Aborts when the client goes away before it is answered. */
function aborted(response: {
  once(event: 'close', listener: () => void): unknown;
  writableFinished: boolean;
}): AbortSignal {
  const abort = new AbortController();
  response.once('close', () => response.writableFinished || abort.abort());
  return abort.signal;
}
