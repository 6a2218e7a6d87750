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
    const short = await client.post('/api/v1/predict/shares', { instances: [window.slice(2)] });
    expectProblem(short, 400, 'FEATURE_INVALID', /list of 6 rows.*list of 4/);
  });
});
