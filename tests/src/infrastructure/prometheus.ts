import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './server-process.js';

/** Why Prometheus cannot be started here; false when it can. */
export function whyNoPrometheus(): string | false {
  const found = spawnSync('prometheus', ['--version']).status === 0;
  return found ? false : 'there is no Prometheus: install the package prometheus (apt-get install prometheus)';
}

/** One series of an answer: its labels and its value now. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus that scrapes once a second. */
export class Prometheus {
  private constructor(
    private readonly server: ServerProcess,
    private readonly address: string,
    private readonly folder: string,
  ) {}

  /**
   * @param targets `host:port` of what is scraped at /metrics
   * @param rules a rule file's text
   */
  static async start(targets: readonly string[], rules: string): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-prometheus-'));
    const address = `127.0.0.1:${await freePort()}`;
    const scrape = { job_name: 'trainyard', static_configs: [{ targets }] };
    const global = { scrape_interval: '1s', evaluation_interval: '1s' };
    // JSON is YAML.
    const config = JSON.stringify({ global, rule_files: ['rules.yaml'], scrape_configs: [scrape] });
    await writeFile(join(folder, 'prometheus.yml'), config);
    await writeFile(join(folder, 'rules.yaml'), rules);
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ];
    const server = new ServerProcess('prometheus', args, join(folder, 'log.txt'));
    const prometheus = new Prometheus(server, `http://${address}`, folder);
    const ready = async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok ?? false;
    await server.waitUntil(ready, 30_000);
    return prometheus;
  }

  /** What a PromQL expression is now. @throws with Prometheus's own words when it cannot be evaluated */
  async query(expr: string): Promise<Sample[]> {
    const data = await this.get<{
      resultType: string;
      result: { metric: Sample['metric']; value: [number, string] }[];
    }>(`/api/v1/query?query=${encodeURIComponent(expr)}`);
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Whether an expression had a finite number at any time since `start`, as a panel over that time would show it. */
  async hadNumbers(expr: string, start: Date): Promise<boolean> {
    const range = { query: expr, start: start.toISOString(), end: new Date().toISOString(), step: '1s' };
    const { result } = await this.get<{ result: { values: [number, string][] }[] }>(
      `/api/v1/query_range?${new URLSearchParams(range)}`,
    );
    return result.some(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))));
  }

  /** The alerting rules and how they are. */
  async rules(): Promise<readonly { readonly name: string; readonly state: string; readonly health: string }[]> {
    const { groups } = await this.get<{ groups: { rules: { name: string; state: string; health: string }[] }[] }>(
      '/api/v1/rules',
    );
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    await this.server.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async get<T>(path: string): Promise<T> {
    const response = await fetch(this.address + path);
    const { data, error } = (await response.json()) as { data: T; error?: string };
    if (error) throw new Error(`${path}: ${error}`);
    return data;
  }
}
