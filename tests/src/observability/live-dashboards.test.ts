import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { alertFile, alerts, panelQueries } from '@trainyard/observability';
import { eventually } from '../chaos/eventually.js';
import { quickJob } from '../chaos/gateway-client.js';
import { Client } from '../end-to-end/client.js';
import { files } from '../end-to-end/data-sets.js';
import { type StartedPlatform, startPlatform } from '../end-to-end/platform.js';
import { Prometheus, whyNoPrometheus } from '../infrastructure/prometheus.js';

const flights = new URL('../../../examples/flights/predict-request.json', import.meta.url);
/** Long enough for several scrapes, so that rates are known. */
const TRAFFIC_MS = 8000;
/** A busy machine answers some scrapes too late, and what happened between two that were in time makes no rate: then it happens again. */
const MOST_ROUNDS = 5;
const queries = panelQueries('30s').filter(({ needs }) => !needs);

describe('dashboards on a running platform', { skip: whyNoPrometheus(), timeout: 480_000 }, () => {
  let platform: StartedPlatform;
  let prometheus: Prometheus;
  const started = new Date();
  let rounds = 0;
  let empty: string[] = [];

  before(async () => {
    platform = await startPlatform({}, []);
    prometheus = await Prometheus.start([new URL(platform.address).host], alertFile());
    await eventually('the example is done', () => /The example (took|did not finish)/.test(platform.output()), 120_000);
    assert.match(platform.output(), /The example took/);
    const client = new Client(platform.address);
    do {
      rounds++;
      await search(client, `searched-${rounds}`);
      await traffic(client);
      empty = await emptyPanels(prometheus, started);
    } while (empty.length > 0 && rounds < MOST_ROUNDS);
  });
  after(async () => {
    await prometheus?.stop();
    await platform?.stop();
  });

  test('Prometheus reads what the platform tells', async () => {
    assert.deepEqual(
      (await prometheus.query('up')).map(({ value }) => value),
      [1],
    );
  });

  // Asked over the whole run: on a slow machine the last event may be older than a rate's window (bug: 3 panels were empty then).
  test('every panel about Trainyard has numbers after the example, a search and some calls', () => {
    assert.deepEqual(empty, []);
    assert.ok(queries.length > 50, `${queries.length} queries`);
  });

  test('what the numbers say is what happened', async () => {
    const one = async (expr: string) => (await prometheus.query(expr))[0]?.value;
    const completed = async () => one('sum(trainyard_jobs_ended_total{outcome="completed"})');
    await eventually('a scrape after the last job', async () => (await completed()) === 1 + rounds, 60_000);
    assert.equal(await one('sum(trainyard_trials_ended_total{outcome="completed"})'), 3 * rounds);
    assert.equal(await one('sum(trainyard_model_versions_registered_total)'), 1 + rounds);
    assert.ok((await one('sum(trainyard_predictions_total{model="late-arrivals"})'))! > 10);
    assert.ok((await one('sum(trainyard_prediction_failures_total{model="late-arrivals",status="400"})'))! > 0);
    assert.ok((await one('sum(trainyard_worker_cpu_seconds_total)'))! > 0.1);
    // All calls ask about the same two flights.
    assert.ok((await one('max(trainyard_drift_psi{model="late-arrivals"})'))! > 0.25);
  });

  test('every alert is evaluated and none fires on a healthy platform', async () => {
    const rules = await prometheus.rules();
    assert.deepEqual(rules.map(({ name }) => name).sort(), alerts.map(({ name }) => String(name)).sort());
    for (const { name, health, state } of rules) {
      assert.equal(health, 'ok', name);
      // A busy machine may have one pending.
      assert.notEqual(state, 'firing', name);
    }
  });
});

async function emptyPanels(prometheus: Prometheus, start: Date): Promise<string[]> {
  const empty: string[] = [];
  for (const { dashboard, panel, expr } of queries) {
    if (!(await prometheus.hadNumbers(expr, start))) empty.push(`${dashboard} / ${panel}: ${expr}`);
  }
  return empty;
}

/** A job with three trials. */
async function search(client: Client, name: string): Promise<void> {
  const uri = await client.uploadFile(files.penguins);
  const dataset = { uri, target: 'species' };
  await client.trained({ ...quickJob, name, dataset, search: { strategy: 'random', trials: 3 } });
}

/** Calls of all kinds, right ones and wrong ones. */
async function traffic(client: Client): Promise<void> {
  const request = JSON.parse(await readFile(flights, 'utf8'));
  // Enough rows for drift, however slow the machine is.
  const many = Array.from({ length: 300 }, (_, i) => request.instances[i % request.instances.length]);
  await client.must('POST', '/api/v1/predict/late-arrivals', { instances: many });
  for (const end = Date.now() + TRAFFIC_MS; Date.now() < end; ) {
    await client.must('POST', '/api/v1/predict/late-arrivals', request);
    await client.post('/api/v1/predict/late-arrivals', { instances: [{ no_such_feature: 1 }] });
    await client.get('/api/v1/models/jobs');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
