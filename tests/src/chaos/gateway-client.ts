import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const penguins = new URL('../../../examples/penguins/penguins.csv', import.meta.url);

/** A job that takes half a second: small data, a quick model, deployed in the end. */
export const quickJob = {
  dataset: { uri: penguins.href, target: 'species' },
  task: 'multiclass',
  model: 'logistic',
  deploy: { environment: 'production' },
};

/** A job of one to three seconds that leaves a checkpoint every 25 of its iterations. */
export const longJob = {
  ...quickJob,
  model: 'lightgbm',
  params: { n_estimators: 2000, num_leaves: 7, learning_rate: 0.02, min_child_samples: 5 },
};

/** The folder that the services may read files from. */
export const dataRoot = fileURLToPath(new URL('.', penguins));

export interface JobAnswer {
  readonly jobId: string;
  readonly status: string;
  readonly stage: string;
  readonly attempts: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface VersionAnswer {
  readonly version: string;
  readonly stage: string;
  readonly jobId: string;
}

export interface DeadLetterAnswer {
  readonly topic: string;
  readonly service: string;
  readonly key: string;
  readonly code: string;
  readonly reason: string;
}

const ended = new Set(['completed', 'failed', 'cancelled']);

/** What a user does, through a gateway that may be away for a while. */
export class GatewayClient {
  constructor(private readonly address: string) {}

  /** Asks for a training until the gateway accepts it; the same jobId again changes nothing. */
  async train(jobId: string, request: object = quickJob, headers: Record<string, string> = {}): Promise<void> {
    const body = JSON.stringify({ ...request, jobId, name: jobId });
    await eventually(`${jobId} is accepted`, async () => {
      const response = await this.post('/api/v1/models/train', body, headers);
      if (response.status === 202) return true;
      throw new Error(`${response.status} ${await response.text()}`);
    });
  }

  job(jobId: string): Promise<JobAnswer> {
    return this.get<JobAnswer>(`/api/v1/models/jobs/${jobId}`);
  }

  /** The job as it ended. */
  end(jobId: string, timeoutMs = 60_000): Promise<JobAnswer> {
    const look = async () => {
      const job = await this.job(jobId);
      if (ended.has(job.status)) return job;
      throw new Error(JSON.stringify(job));
    };
    return eventually(`${jobId} ends`, look, timeoutMs);
  }

  async versions(model: string): Promise<readonly VersionAnswer[]> {
    return (await this.get<{ versions: VersionAnswer[] }>(`/api/v1/models/${model}/versions`)).versions;
  }

  /** What the deployed model says of one penguin. */
  async predict(model: string): Promise<unknown> {
    const body = JSON.stringify({ instances: [{ beak_length_mm: 39.1, beak_depth_mm: 18.7, island: 'Biscoe' }] });
    const response = await this.post(`/api/v1/predict/${model}`, body);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { predictions } = (await response.json()) as { predictions: { prediction: unknown }[] };
    return predictions[0]?.prediction;
  }

  async deadLetters(): Promise<readonly DeadLetterAnswer[]> {
    return (await this.get<{ deadLetters: DeadLetterAnswer[] }>('/api/v1/dead-letters')).deadLetters;
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(this.address + path, { signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  private post(path: string, body: string, more: Record<string, string> = {}): Promise<Response> {
    const headers = { 'content-type': 'application/json', ...more };
    return fetch(this.address + path, { method: 'POST', headers, body, signal: AbortSignal.timeout(5000) });
  }
}
