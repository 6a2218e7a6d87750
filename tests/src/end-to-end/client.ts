import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer's JSON; of an answer that is none, undefined. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  readonly body: any;
}

const ended = ['completed', 'failed', 'cancelled'];

/** The REST calls as a user makes them: nothing is known but the address. */
export class Client {
  constructor(readonly address: string) {}

  async call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    return this.send(method, path, json === undefined ? undefined : JSON.stringify(json), { ...type, ...headers });
  }

  /** A request with exactly this body. */
  async send(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(this.address + path, { method, headers, body: body ?? null });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) };
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, json: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call('POST', path, json, headers);
  }

  /** An answer that must be a success. */
  async must(method: string, path: string, json?: unknown, headers?: Record<string, string>): Promise<Answer['body']> {
    const { status, text, body } = await this.call(method, path, json, headers);
    assert.ok(status < 300, `${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
    return body;
  }

  upload(bytes: Uint8Array<ArrayBuffer> | string, name: string): Promise<Answer> {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.send('POST', `/api/v1/datasets?name=${encodeURIComponent(name)}`, bytes, headers);
  }

  /** Uploads a file; its dataset:// URI. */
  async uploadFile(path: string): Promise<string> {
    const { status, body, text } = await this.upload(new Uint8Array(await readFile(path)), basename(path));
    assert.equal(status, 201, text);
    return body.uri;
  }

  /** Asks for a training and waits for the job's end. */
  async train(request: Record<string, unknown>, timeoutMs = 120_000): Promise<Answer['body']> {
    const { status, text, body } = await this.post('/api/v1/models/train', request);
    assert.equal(status, 202, text);
    return this.untilEnded(body.jobId, timeoutMs);
  }

  /** As `train`, for a job that must complete. */
  async trained(request: Record<string, unknown>, timeoutMs?: number): Promise<Answer['body']> {
    const job = await this.train(request, timeoutMs);
    assert.equal(job.status, 'completed', JSON.stringify(job));
    return job;
  }

  untilEnded(jobId: string, timeoutMs = 120_000): Promise<Answer['body']> {
    return this.until(`/api/v1/models/jobs/${jobId}`, ({ status }) => ended.includes(status), timeoutMs);
  }

  /** Asks again until the answer is as wanted. */
  async until(path: string, wanted: (body: Answer['body']) => boolean, timeoutMs = 60_000): Promise<Answer['body']> {
    for (const deadline = Date.now() + timeoutMs; ; ) {
      const { body, text, status } = await this.get(path);
      if (status === 200 && wanted(body)) return body;
      assert.ok(Date.now() < deadline, `${path} still answers ${status}: ${text.slice(0, 1000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Fails unless the answer is a problem document (RFC 9457) with this status and code, whose words match. */
export function expectProblem(answer: Answer, status: number, code: string | RegExp, ...words: RegExp[]): void {
  const { headers, body, text } = answer;
  assert.equal(answer.status, status, text.slice(0, 1000));
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.match(body.code, code instanceof RegExp ? code : new RegExp(`^${code}$`), text.slice(0, 1000));
  assert.equal(body.status, status);
  assert.equal(typeof body.title, 'string');
  assert.ok(body.detail.length > 15, `a sentence: ${body.detail}`);
  for (const word of words) assert.match(body.detail, word);
  assert.doesNotMatch(text, /\bat .*\.[jt]s:\d+/, 'no stack');
}
