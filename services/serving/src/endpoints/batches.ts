import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArtifactStore } from '@trainyard/artifacts';
import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { predictionBatch } from '../batch/batch.js';
import { OUTPUT_FORMATS } from '../batch/output.js';
import type { BatchState } from '../batch/state.js';
import type { ModelDirectory } from '../loaded/model-directory.js';

const requested = z.strictObject({
  input: z.strictObject({
    uri: z.string().describe('file://, dataset://, http(s):// or s3://'),
    format: z.enum(['csv', 'parquet', 'jsonl', 'arrow']).optional().describe('guessed when absent'),
  }),
  output: z.strictObject({ format: z.enum(OUTPUT_FORMATS).default('csv') }).default({ format: 'csv' }),
  version: z.string().optional().describe('default: the deployed version'),
});

const view = z.object({
  batchId: z.string(),
  status: z.enum(['queued', 'running', 'completed', 'failed']),
  model: z.object({ id: z.string(), name: z.string(), version: z.string() }),
  rows: z.number().optional(),
  seconds: z.number().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  links: z.object({ self: z.string(), result: z.string() }),
});

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
};

/** Predicting whole files. */
export function batchEndpoints(flow: Flow, directory: ModelDirectory, artifacts: ArtifactStore): Endpoint[] {
  const load = async (batchId: string) => {
    const record = await flow.load<BatchState>(predictionBatch, batchId);
    if (!record) throw new Problem(404, 'BATCH_NOT_FOUND', `there is no batch "${batchId}"`);
    return record.state;
  };
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/predict/{id}/batch',
      summary: 'Predict a file',
      tag: 'predictions',
      params: z.object({ id: z.string().describe('the model, by id or name') }),
      body: requested,
      status: 202,
      answer: view,
      handle: async ({ params, body, request }) => {
        const { modelId, modelName, version, artifact } = await directory.identify(params.id, body.version);
        const batchId = batchIdOf(request.header('idempotency-key'));
        const outputFormat = body.output.format;
        const input = { features: [], exclude: [], targets: [], ...body.input };
        const data = { batchId, modelId, modelName, version, artifact, input, outputFormat };
        const { record } = await flow.handle(predictionBatch, batchId, { type: 'BatchPredictRequested', data });
        return viewOf(record?.state as BatchState);
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/predict/batches/{batchId}',
      summary: 'How far a batch is',
      tag: 'predictions',
      params: z.object({ batchId: z.string() }),
      answer: view,
      handle: async ({ params }) => viewOf(await load(params.batchId)),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/predict/batches/{batchId}/result',
      summary: 'The predictions of a completed batch',
      tag: 'predictions',
      params: z.object({ batchId: z.string() }),
      answerKind: 'text/csv',
      handle: async ({ params, response }) => {
        const { status, request, result, failure } = await load(params.batchId);
        if (!result) {
          const reason = failure ? `it failed: ${failure.message}` : `it is ${status}; try again later`;
          throw new Problem(409, 'BATCH_NOT_COMPLETED', `the batch has no result: ${reason}`);
        }
        const { outputFormat: format, batchId } = request;
        const bytes = await artifacts.open(result.digest);
        response.setHeader('content-type', types[format] ?? 'application/octet-stream');
        response.setHeader('content-disposition', `attachment; filename="${batchId}.${format}"`);
        await pipeline(Readable.from(bytes), response);
      },
    }),
  ];
}

/** The same key again means the same batch. */
function batchIdOf(idempotencyKey: string | undefined): string {
  if (!idempotencyKey) return `batch-${randomUUID()}`;
  return `batch-${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`;
}

function viewOf({ request, status, result, failure }: BatchState): z.input<typeof view> {
  const { batchId, modelId, modelName, version } = request;
  const self = `/api/v1/predict/batches/${batchId}`;
  return {
    batchId,
    status,
    model: { id: modelId, name: modelName, version },
    ...(result ? { rows: result.rows, seconds: result.seconds } : {}),
    ...(failure ? { error: failure } : {}),
    links: { self, result: `${self}/result` },
  };
}
