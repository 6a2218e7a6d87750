import { setTimeout as sleep } from 'node:timers/promises';

export interface Job {
  readonly jobId: string;
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
}

const ended = new Set(['completed', 'failed', 'cancelled']);

/** The calls of the gateway that the benches make. All throw when the answer is an error. */
export class Rest {
  constructor(readonly address: string) {}

  /** A JSON object is posted as JSON, bytes as they are; no body is a GET. */
  async call<T>(path: string, body?: object | Uint8Array): Promise<T> {
    const raw = body instanceof Uint8Array;
    const response = await fetch(`${this.address}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? {} : { 'content-type': raw ? 'application/octet-stream' : 'application/json' },
      ...(body === undefined ? {} : { body: raw ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  /** The address of the uploaded file's content. */
  async upload(name: string, bytes: Uint8Array): Promise<string> {
    return (await this.call<{ uri: string }>(`/api/v1/datasets?name=${encodeURIComponent(name)}`, bytes)).uri;
  }

  async train(request: object): Promise<string> {
    return (await this.call<Job>('/api/v1/models/train', request)).jobId;
  }

  /** Waits for a job that may not be known yet. @throws when it does not complete */
  async completed(jobId: string, timeoutMs = 120_000): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(50)) {
      const job = await this.call<Job>(`/api/v1/models/jobs/${jobId}`).catch(() => undefined);
      if (!job || !ended.has(job.status)) continue;
      if (job.status === 'completed') return;
      throw new Error(`job ${jobId} ${job.status}: ${job.error?.code} ${job.error?.message}`);
    }
    throw new Error(`job ${jobId} did not end within ${timeoutMs / 1000} s`);
  }

  /** How many jobs have a status. */
  async countJobs(status: string): Promise<number> {
    return (await this.call<{ total: number }>(`/api/v1/models/jobs?limit=1&status=${status}`)).total;
  }

  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.address}/health/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.status === 200;
  }
}
