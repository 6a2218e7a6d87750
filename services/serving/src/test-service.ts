import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EventInput, EventType, Message } from '@trainyard/contracts';
import type { Table } from '@trainyard/data';
import { boot, type Running } from '@trainyard/service';
import { encodeBundle, trainModel } from '@trainyard/workflow';
import { servingModule } from './module.js';

/** For tests: the service as it runs embedded, on SQLite, the bus in process and a folder of artifacts. */
export class TestService {
  private count = 0;

  private constructor(
    readonly running: Running,
    readonly folder: string,
    /** What deployments and batches announced. */
    readonly heard: Message[],
  ) {}

  static async start(env: Record<string, string> = {}): Promise<TestService> {
    const folder = mkdtempSync(path.join(tmpdir(), 'serving-'));
    const settings = { DATA_DIR: folder, DATA_ROOTS: folder, LOG_LEVEL: 'silent', ...env };
    const running = await boot({ name: 'serving', port: 0, modules: [servingModule], env: settings });
    const heard: Message[] = [];
    const { bus, codec } = running.platform;
    await bus.subscribe({
      group: 'test',
      topics: ['deployment.events', 'serving.events'],
      handler: async (delivery) => void heard.push(await codec.decode(delivery)),
    });
    return new TestService(running, folder, heard);
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async publish<T extends EventType>(type: T, key: string, data: EventInput[T]): Promise<void> {
    const { bus, codec } = this.running.platform;
    const id = `test-${this.count++}`;
    await bus.publish([await codec.encode({ type, id, source: 'test', key, time: Date.now(), data })]);
  }

  /**
   * Trains on `x` and stores the bundle: its digest. The answer is `yes` above `threshold`.
   * @param withReference false: as bundles were before they told of what they were trained on
   */
  async bundle(threshold: number, withReference = true): Promise<string> {
    const dataset = { uri: 'memory', target: 'late' };
    const { bundle } = await trainModel({ model: 'logistic', dataset }, { table: tableOf(threshold) });
    const { reference, ...old } = bundle;
    const stored = withReference && reference ? { ...old, reference } : old;
    return (await this.running.platform.artifacts.put(encodeBundle(stored))).digest;
  }

  /** Tells serving of a version, as the registry does. */
  async register(modelId: string, ordinal: number, artifact: string): Promise<void> {
    await this.publish('ModelVersionRegistered', modelId, {
      modelId,
      modelName: nameOf(modelId),
      version: versionOf(ordinal),
      ordinal,
      jobId: `job-${ordinal}`,
      task: 'binary',
      model: 'logistic',
      artifact,
      metrics: {},
      changelog: '',
      registeredAt: Date.now(),
    });
  }

  async deploy(modelId: string, ordinal: number, artifact: string, strategy = 'replace'): Promise<Message> {
    const deploymentId = `deployment-${modelId}-${ordinal}-${strategy}`;
    await this.publish('DeploymentRequested', modelId, {
      deploymentId,
      jobId: `job-${ordinal}`,
      modelId,
      modelName: nameOf(modelId),
      version: versionOf(ordinal),
      ordinal,
      artifact,
      environment: 'production',
      strategy,
      requestedAt: Date.now(),
    });
    return this.until((message) => (message.data as { deploymentId?: string }).deploymentId === deploymentId);
  }

  /** The first announcement that fits, waiting for it. */
  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (let waited = 0; waited < 10_000; waited += 10) {
      const found = this.heard.find(fits);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`not heard; heard ${this.heard.map(({ type }) => type).join(', ') || 'nothing'}`);
  }

  async call(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const options = body === undefined ? {} : { body: text };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const all = { ...type, ...headers };
    const response = await fetch(`http://127.0.0.1:${this.running.port}${url}`, { method, headers: all, ...options });
    const answer = await response.text();
    const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    // biome-ignore lint/suspicious/noExplicitAny: tests read answers field by field
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(answer) : answer) as any };
  }
}

export const nameOf = (modelId: string) => `${modelId}-name`;
export const versionOf = (ordinal: number) => `1.0.${ordinal - 1}`;

function tableOf(threshold: number): Table {
  const rows = 200;
  const x = Float64Array.from({ length: rows }, (_, i) => (i / rows) * 10);
  const z = Float64Array.from({ length: rows }, (_, i) => i % 7);
  return {
    rows,
    columns: [
      { kind: 'numeric', name: 'x', values: x },
      { kind: 'numeric', name: 'z', values: z },
      {
        kind: 'categorical',
        name: 'late',
        codes: Int32Array.from(x, (v) => (v > threshold ? 1 : 0)),
        categories: ['no', 'yes'],
      },
    ],
  };
}
