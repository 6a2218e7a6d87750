import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventInput, EventType, Message, TrainRequested } from '@trainyard/contracts';
import { boot, type Running, type ServiceModule } from '@trainyard/service';
import { gatewayModule } from './module.js';

/** For tests: the gateway on SQLite and the bus in process; the test plays the other services. */
export class TestGateway {
  private count = 0;

  private constructor(
    readonly running: Running,
    readonly folder: string,
    /** The commands that the gateway handed on. */
    readonly sent: Message[],
  ) {}

  static async start(env: Record<string, string> = {}, module: ServiceModule = gatewayModule): Promise<TestGateway> {
    const folder = mkdtempSync(path.join(tmpdir(), 'gateway-'));
    const settings = { DATA_DIR: folder, LOG_LEVEL: 'silent', ...env };
    const running = await boot({ name: 'gateway', port: 0, modules: [module], env: settings });
    const sent: Message[] = [];
    const { bus, codec } = running.platform;
    await bus.subscribe({
      group: 'test',
      topics: ['training.commands', 'registry.commands', 'evaluation.commands'],
      handler: async (delivery) => void sent.push(await codec.decode(delivery)),
    });
    return new TestGateway(running, folder, sent);
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.running.port}`;
  }

  /** Tells a fact as its service does; resolves when the gateway has absorbed it. */
  async tell<T extends EventType>(type: T, data: EventInput[T], id = `test-${this.count++}`): Promise<void> {
    const { bus, codec } = this.running.platform;
    const key = (data as { jobId?: string }).jobId ?? 'test';
    await bus.publish([await codec.encode({ type, id, source: 'test', key, time: Date.now(), data })]);
  }

  async call(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const options = body === undefined ? {} : { body: text };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(this.origin + url, { method, headers: { ...type, ...headers }, ...options });
    const answer = await response.text();
    const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers field by field
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(answer) : answer) as any };
  }

  train(body: object, headers: Record<string, string> = {}) {
    return this.call('POST', '/api/v1/models/train', { ...request, ...body }, headers);
  }

  /** The commands that were handed on for a job; waits until there are `count`, at most `timeoutMs`. */
  async sentFor(key: string, count: number, timeoutMs = 3000): Promise<Message[]> {
    for (let waited = 0; ; waited += 10) {
      const found = this.sent.filter((message) => message.key === key);
      if (found.length >= count || waited > timeoutMs) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

export const request = {
  dataset: { uri: 'file:///data/flights.csv', target: 'late' },
  model: 'logistic',
} as const;

/** The request as training sees it. */
export function acceptedRequest(jobId: string): TrainRequested {
  const dataset = { ...request.dataset, features: [], exclude: [], targets: [] };
  const standard = { experiment: 'default', tags: {}, task: 'auto', params: {}, gates: [], seed: 7 };
  return { ...standard, jobId, dataset, model: request.model };
}

export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers field by field
  readonly data: any;
}

/** Reads a stream's events to its end, or until one fits. */
export async function readEvents(
  url: string,
  headers: Record<string, string> = {},
  until: (event: ServerSentEvent) => boolean = () => false,
): Promise<ServerSentEvent[]> {
  const response = await fetch(url, { headers });
  const events: ServerSentEvent[] = [];
  let text = '';
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() as string;
    for (const block of blocks) {
      const lines = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
      if (!lines.event) continue;
      const event = { id: lines.id, event: lines.event, data: JSON.parse(lines.data) };
      events.push(event);
      if (until(event)) return events;
    }
  }
  return events;
}
