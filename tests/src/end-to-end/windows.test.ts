import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client, expectProblem } from './client.js';
import { files } from './data-sets.js';
import { type StartedPlatform, startPlatform } from './platform.js';

describe('a forecast from windows of rows', () => {
  let platform: StartedPlatform;
  let client: Client;
  before(async () => {
    platform = await startPlatform();
    client = new Client(platform.address);
  });
  after(() => platform?.stop());

  it('is trained on an index of shares and answers a window by REST', async () => {
    const uri = await client.uploadFile(files.sp500);
    const { body } = await client.post('/api/v1/models/train', {
      name: 'shares',
      model: 'lstm',
      task: 'regression',
      params: { hidden_size: 8, epochs: 5, learning_rate: 0.01 },
      dataset: { uri, target: 'close', time: 'date', features: ['open', 'close'] },
      ...{ seqLen: 6, horizon: 1 },
      deploy: { environment: 'production' },
    });
    const job = await client.untilEnded(body.jobId);
    assert.equal(job.status, 'completed', JSON.stringify(job.error));
    const window = [100, 101, 99, 102, 103, 104].map((close) => ({ open: 10 * close, close: 10 * close }));
    const { predictions } = await client.must('POST', '/api/v1/predict/shares', { instances: [window, window] });
    assert.equal(predictions.length, 2);
    assert.ok(Math.abs(predictions[0].prediction - 1040) < 150, `${predictions[0].prediction} follows 1040`);
    const described = await client.must('GET', '/api/v1/predict/shares');
    assert.deepEqual(described.window, { least: 6, length: 6 });
    const untold = await client.post('/api/v1/predict/shares', { instances: [window], interval: 0.8 });
    expectProblem(untold, 400, 'OPTION_UNSUPPORTED', /params.loss/);
    const short = await client.post('/api/v1/predict/shares', { instances: [window.slice(2)] });
    expectProblem(short, 400, 'FEATURE_INVALID', /list of 6 rows.*list of 4/);
  });

  it('foretells several steps with their intervals, and is evaluated on each', async () => {
    const uri = await client.uploadFile(files.sp500);
    const { body } = await client.post('/api/v1/models/train', {
      ...{ name: 'steps', model: 'mlp', task: 'forecast', seqLen: 4, horizon: 3 },
      params: { hidden_layer_sizes: [8], epochs: 3, loss: 'quantile' },
      dataset: { uri, target: 'close', time: 'date', features: ['close'] },
      deploy: { environment: 'production' },
    });
    const job = await client.untilEnded(body.jobId);
    assert.deepEqual([job.status, job.task], ['completed', 'forecast'], JSON.stringify(job.error));
    const { report } = await client.must('GET', '/api/v1/models/steps/metrics?report=true');
    assert.deepEqual(
      report.perOutput.map(({ output }: { output: string }) => output),
      ['1', '2', '3'],
    );
    const window = [100, 101, 99, 102].map((close) => ({ close: 10 * close }));
    const asked = { instances: [window], interval: 0.8 };
    const { predictions } = await client.must('POST', '/api/v1/predict/steps', asked);
    assert.equal(predictions[0].prediction.length, 3);
    assert.ok(predictions[0].interval.every(([lower, upper]: [number, number]) => lower <= upper));
  });

  it('finds anomalies without a target, with a score', async () => {
    const uri = await client.uploadFile(files.sp500);
    const { body } = await client.post('/api/v1/models/train', {
      ...{ name: 'odd-days', task: 'anomaly', model: 'auto' },
      params: { hidden_layer_sizes: [2], epochs: 2 },
      dataset: { uri, features: ['open', 'close'] },
      deploy: { environment: 'production' },
    });
    const job = await client.untilEnded(body.jobId);
    assert.deepEqual([job.status, job.task], ['completed', 'anomaly'], JSON.stringify(job.error));
    const instances = [
      { open: 1000, close: 1001 },
      { open: 1000, close: 90_000 },
    ];
    const { predictions } = await client.must('POST', '/api/v1/predict/odd-days', { instances });
    assert.equal(predictions[1].prediction, 1);
    assert.ok(predictions[1].score > predictions[0].score);
  });
});
