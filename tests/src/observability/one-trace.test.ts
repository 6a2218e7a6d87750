import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { alerts, panelQueries } from '@trainyard/observability';
import { Cluster, serviceNames } from '../chaos/cluster.js';
import { eventually } from '../chaos/eventually.js';
import { quickJob } from '../chaos/gateway-client.js';
import { Client } from '../end-to-end/client.js';
import { files } from '../end-to-end/data-sets.js';
import { startPlatform } from '../end-to-end/platform.js';
import { whyNoJava } from '../infrastructure/java.js';
import { assertOneTrace, TRACE_ID, TRACEPARENT } from './one-trace.js';
import { OtlpReceiver } from './otlp-receiver.js';

const noJava = (await whyNoJava()) ?? false;

describe('one trace from the REST call to the deployed model', { timeout: 180_000 }, () => {
  const ending: (() => unknown)[] = [];
  let started: Cluster | undefined;
  after(async () => {
    for (const end of ending.reverse()) await end();
  });

  test('in one process, and a prediction is a span too', async () => {
    const receiver = await OtlpReceiver.start();
    ending.push(() => receiver.stop());
    const platform = await startPlatform({ ...receiver.environment, LOG_LEVEL: 'info' });
    ending.push(() => platform.stop());
    const client = new Client(platform.address);
    const uri = await client.uploadFile(files.penguins);
    const request = { ...quickJob, name: 'traced', dataset: { uri, target: 'species' } };
    const { jobId } = await client.must('POST', '/api/v1/models/train', request, { traceparent: TRACEPARENT });
    assert.equal((await client.untilEnded(jobId)).status, 'completed');
    await assertOneTrace(receiver, () => 'trainyard');
    await client.must('POST', '/api/v1/predict/traced', { instances: [{ beak_length_mm: 39.1 }] });
    await eventually('the prediction arrived', () =>
      receiver.spans.some(({ name, traceId }) => name === 'POST /api/v1/predict/{id}' && traceId !== TRACE_ID),
    );
    const polls = receiver.spans.filter(({ name }) => name.startsWith('GET'));
    assert.ok(
      polls.length > 0 && polls.every(({ name }) => name === 'GET /api/v1/models/jobs/{jobId}'),
      'named by path',
    );
  });

  test('through Kafka, each service in a process of its own', { skip: noJava }, async () => {
    const receiver = await OtlpReceiver.start();
    ending.push(() => receiver.stop());
    const cluster = await Cluster.start(receiver.environment);
    ending.push(() => cluster.stop());
    started = cluster;
    await cluster.gateway.train('traced', quickJob, { traceparent: TRACEPARENT });
    assert.equal((await cluster.gateway.end('traced')).status, 'completed');
    const spans = await assertOneTrace(receiver, (service) => service);
    const processes = new Set(spans.map(({ process }) => process));
    assert.deepEqual([...processes].sort(), ['evaluator', 'gateway', 'registry', 'serving', 'training']);
    const handled = spans.find(({ name }) => name === 'handle TrainRequested')!;
    const topic = handled.attributes.find(({ key }) => key === 'messaging.destination.name');
    assert.equal(topic?.value.stringValue, 'training.commands');
  });

  test('and what dashboards and alerts ask for, some process of the cluster tells', { skip: noJava }, async () => {
    const cluster = started!;
    await cluster.gateway.predict('traced');
    const told = new Set<string>();
    for (const service of serviceNames) {
      const lines = (await (await fetch(`http://127.0.0.1:${cluster.portOf(service)}/metrics`)).text()).split('\n');
      const handled = lines.filter((line) => line.startsWith(`trainyard_events_handled_total{service="${service}"`));
      // Nobody asked the optimizer for anything.
      assert.ok(handled.length > 0 || service === 'optimizer', service);
      for (const line of lines) told.add(/^# TYPE (\S+)/.exec(line)?.[1] ?? '');
    }
    const own = panelQueries().filter(({ needs }) => !needs);
    const asked = [...own, ...alerts].flatMap(
      ({ expr }) => expr.match(/\b(trainyard|process|nodejs)_[a-z0-9_]+/g) ?? [],
    );
    const metrics = new Set(asked.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
    // A process with a GPU tells of it, and there is none here.
    assert.deepEqual(
      [...metrics].filter((name) => !told.has(name) && !name.startsWith('trainyard_gpu_')),
      [],
    );
    assert.ok(metrics.size > 30, `${metrics.size} metrics`);
  });
});
