import { randomUUID } from 'node:crypto';
import { datasetPath } from '@trainyard/workflow';
import { type ExitCode, UsageError } from '../failure.js';
import { buildRequest, type RequestOptions } from '../train/request.js';
import { Client } from './client.js';
import { uploadDataset } from './datasets.js';
import { type Job, watchJob } from './jobs.js';

const isLocal = (uri: string) => uri.startsWith('file:') || !/^[a-z][a-z0-9+.-]+:\/\//i.test(uri);

/** Sends the data (unless the server can fetch them itself) and the request, and follows the job to its end. */
export async function trainRemote(
  server: string,
  options: RequestOptions & { readonly threads?: number },
): Promise<ExitCode> {
  const client = new Client(server);
  const request = await buildRequest(options);
  if (request.model === 'all')
    throw new UsageError('--model all trains in this process: leave --server out, or list the models in --config.');
  let { uri } = request.dataset;
  if (isLocal(uri)) ({ uri } = await uploadDataset(client, datasetPath(uri)));
  const resources =
    options.threads === undefined ? {} : { resources: { ...request.resources, threads: options.threads } };
  const job = await client.call<Job>('/api/v1/models/train', {
    method: 'POST',
    json: { ...request, ...resources, dataset: { ...request.dataset, uri } },
    headers: { 'idempotency-key': randomUUID() },
  });
  process.stderr.write(`job ${job.jobId}\n`);
  return watchJob(client, job.jobId);
}
