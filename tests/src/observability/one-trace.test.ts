import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Cluster } from '../chaos/cluster.js';
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
    await cluster.gateway.train('traced', quickJob, { traceparent: TRACEPARENT });
    assert.equal((await cluster.gateway.end('traced')).status, 'completed');
    const spans = await assertOneTrace(receiver, (service) => service);
    const processes = new Set(spans.map(({ process }) => process));
    assert.deepEqual([...processes].sort(), ['evaluator', 'gateway', 'registry', 'serving', 'training']);
    const handled = spans.find(({ name }) => name === 'handle TrainRequested')!;
    const topic = handled.attributes.find(({ key }) => key === 'messaging.destination.name');
    assert.equal(topic?.value.stringValue, 'training.commands');
  });
});
