import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readApiKeys } from '@trainyard/service';

const folder = new URL('../../examples/flights/', import.meta.url);

interface Job {
  readonly jobId: string;
  readonly status: string;
  readonly stage: string;
  readonly progress: number;
  readonly metrics?: Record<string, number>;
  readonly model?: { readonly id: string; readonly version: string };
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Trains, deploys and queries the bundled example through the same REST calls that users make, when no model is there
 * yet. Prints each step; a failure is printed, not thrown: the platform runs on.
 */
export async function runExample(address: string): Promise<void> {
  const started = performance.now();
  try {
    const { models } = await call<{ models: unknown[] }>(`${address}/api/v1/models/`);
    if (models.length > 0) return;
    console.log('The registry is empty: training the bundled example (US flights: will this one arrive late?)');
    const csv = readFileSync(new URL('late-arrivals.csv', folder));
    const dataset = await call<{ uri: string; rows: number }>(`${address}/api/v1/datasets?name=late-arrivals.csv`, csv);
    console.log(`  uploaded ${dataset.rows} rows from ${fileURLToPath(folder)}late-arrivals.csv`);
    const request = JSON.parse(readFileSync(new URL('train-request.json', folder), 'utf8'));
    request.dataset.uri = dataset.uri;
    const { jobId } = await call<{ jobId: string }>(`${address}/api/v1/models/train`, JSON.stringify(request));
    const job = await follow(address, jobId);
    if (!job.model) throw new Error(`${job.error?.code ?? job.status}: ${job.error?.message ?? ''}`);
    const { metrics = {}, model } = job;
    const scores = ['roc_auc', 'accuracy', 'log_loss']
      .filter((name) => name in metrics)
      .map((name) => `${name} ${metrics[name]?.toFixed(3)}`);
    console.log(`  deployed version ${model.version}: ${scores.join(', ')} on held-out flights`);
    await ask(address, model.id);
    console.log(`The example took ${((performance.now() - started) / 1000).toFixed(1)} s.`);
  } catch (error) {
    console.error(`The example did not finish: ${(error as Error).message}`);
  }
}

async function follow(address: string, jobId: string): Promise<Job> {
  for (let said = ''; ; ) {
    const job = await call<Job>(`${address}/api/v1/models/jobs/${jobId}`);
    const step = job.stage === job.status ? job.status : `${job.status} (${job.stage})`;
    const line = `  ${step}${job.status === 'running' ? ` ${Math.round(job.progress * 100)} %` : ''}`;
    if (line !== said) console.log(line);
    said = line;
    if (['completed', 'failed', 'cancelled'].includes(job.status)) return job;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Asks the deployed model about the flights of the bundled request. */
async function ask(address: string, model: string): Promise<void> {
  const body = JSON.stringify(JSON.parse(readFileSync(new URL('predict-request.json', folder), 'utf8')));
  const answer = await call<{ predictions: unknown[] }>(`${address}/api/v1/predict/${model}`, body);
  console.log(
    `  asked it about ${answer.predictions.length} flights; the first: ${JSON.stringify(answer.predictions[0])}`,
  );
  console.log(
    `  try it: curl -s ${address}/api/v1/predict/${model} -H 'content-type: application/json' -d @examples/flights/predict-request.json`,
  );
}

/** A JSON string is posted as JSON, bytes as they are; no body is a GET. */
async function call<T>(url: string, body?: string | Uint8Array<ArrayBufferLike>): Promise<T> {
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': type };
  const { API_KEYS_FILE } = process.env;
  if (API_KEYS_FILE) headers.authorization = `Bearer ${readApiKeys(API_KEYS_FILE)[0]}`;
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    body,
  });
  const answer = (await response.json()) as T & { detail?: string };
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${answer.detail ?? ''}`);
  return answer;
}
