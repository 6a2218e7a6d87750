import assert from 'node:assert/strict';
import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Client } from './client.js';
import { files, writeLateFlights } from './data-sets.js';
import { type StartedPlatform, startPlatform } from './platform.js';

describe('real data', () => {
  let platform: StartedPlatform;
  let client: Client;

  before(async () => {
    platform = await startPlatform();
    client = new Client(platform.address);
  });
  after(() => platform?.stop());

  it('200,000 flights from an uploaded Arrow file: will this one be late?', async () => {
    const uri = await client.uploadFile(await writeLateFlights(join(platform.folder, 'late-flights.arrow')));
    const job = await client.trained({
      name: 'late-flights',
      model: 'lightgbm',
      dataset: { uri, target: 'late' },
      earlyStopping: { rounds: 20 },
      deploy: { environment: 'production' },
    });
    assert.equal(job.task, 'binary');
    assert.ok(job.metrics.roc_auc > 0.6, `better than chance: ${job.metrics.roc_auc}`);
    const ask = { instances: [{ distance: 400, time: 20 }, [400, 6]] };
    const { predictions } = await client.must('POST', '/api/v1/predict/late-flights', ask);
    const [evening, morning] = predictions.map(({ probabilities }: Chances) => probabilities.late);
    assert.ok(evening > morning, `evening flights are late more often: ${evening} and ${morning}`);
  });

  it('the weather of Seattle, a CSV within the data roots: five kinds of it', async () => {
    const uri = await placed(files.seattleWeather);
    const dataset = { uri, target: 'weather', time: 'date', exclude: ['precipitation'] };
    const job = await client.trained({ name: 'weather', model: ['logistic', 'lightgbm'], dataset });
    assert.equal(job.task, 'multiclass');
    assert.equal(job.leaderboard.length, 2);
    assert.ok(job.metrics.accuracy > 0.5, `accuracy ${job.metrics.accuracy}`);
  });

  it('the S&P 500 in the order of its days: the next closing price from what is known in the morning', async () => {
    const uri = await client.uploadFile(files.sp500);
    const dataset = { uri, target: 'close', time: 'date', features: ['open', 'volume'] };
    const job = await client.trained({ name: 'sp500', model: 'linear', dataset });
    assert.equal(job.task, 'regression');
    assert.ok(job.metrics.r2 > 0.9 && job.metrics.rmse < 100, JSON.stringify(job.metrics));
    assert.ok(
      job.warnings.some((warning: string) => /time_series/.test(warning)),
      'says how it was split',
    );
    const { predictions } = await client.must('POST', '/api/v1/predict/sp500', { instances: [{ open: 1400 }] });
    assert.ok(Math.abs(predictions[0].prediction - 1400) < 50, `${predictions[0].prediction}`);
  });

  it('cars and films from JSON: holes, names, dates and all', async () => {
    const cars = { uri: await client.uploadFile(files.cars), target: 'Miles_per_Gallon', exclude: ['Name'] };
    const first = await client.trained({ name: 'cars', model: 'lightgbm', dataset: cars });
    assert.ok(first.metrics.r2 > 0.7, `r2 ${first.metrics.r2}`);
    const films = { uri: await client.uploadFile(files.movies), target: 'IMDB Rating' };
    const second = await client.trained({ name: 'films', model: 'auto', dataset: films });
    assert.equal(second.task, 'regression');
    const instance = { Title: 'A film', 'Production Budget': 5_000_000, 'Major Genre': 'Drama', Director: null };
    const { predictions } = await client.must('POST', '/api/v1/predict/films', { instances: [instance] });
    assert.ok(predictions[0].prediction > 1 && predictions[0].prediction < 10);
  });

  /** A copy within the data roots; its file:// URI. */
  async function placed(file: string): Promise<string> {
    const copy = join(platform.folder, basename(file));
    await copyFile(file, copy);
    return pathToFileURL(copy).href;
  }
});

interface Chances {
  readonly probabilities: Readonly<Record<string, number>>;
}
