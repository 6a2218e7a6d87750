import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from './client.js';
import { files } from './data-sets.js';
import { type StartedPlatform, startPlatform } from './platform.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const command = join(repository, 'cli/bin/trainyard.js');
const out = mkdtempSync(join(tmpdir(), 'trainyard-cli-end-to-end-'));
after(() => rmSync(out, { recursive: true, force: true }));

interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in the checkout, as a user does. */
function trainyard(...args: string[]): Promise<Done> {
  return new Promise((resolve) => {
    const options = { cwd: repository, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [command, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** A run that must end with 0; its standard output as JSON. */
async function json(...args: string[]) {
  const { code, stdout, stderr } = await trainyard(...args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const penguins = ['--data', files.penguins, '--target', 'species'];

describe('trainyard train, in this process', () => {
  it('writes what is promised where it is promised, and predict reads it', async () => {
    const labels = ['--symbol', 'MES', '--horizon', '20', '--out', out];
    const report = await json('train', ...penguins, '--model', 'lightgbm', ...labels, '--json');
    assert.deepEqual([report.model_name, report.symbol, report.horizon], ['lightgbm', 'MES', 20]);
    assert.equal(report.task, 'multiclass');
    const training = report.training_metrics;
    for (const name of ['train_loss', 'val_loss', 'train_accuracy', 'val_accuracy', 'training_time']) {
      assert.equal(typeof training[name], 'number', name);
    }
    assert.ok(training.best_epoch <= training.total_epochs);
    assert.equal(typeof training.early_stopped, 'boolean');
    assert.ok(report.test_metrics.accuracy > 0.9);
    assert.equal(Object.keys(report.feature_importance).length, 6);
    assert.deepEqual([report.data.rows, report.data.features], [344, 6]);
    assert.ok(report.data.seconds > 0);

    const { run, model } = report.artifacts;
    assert.match(run, /\/runs\/[^/]+$/);
    assert.equal(model, join(run, 'models/lightgbm_MES_h20'));
    for (const name of ['reports/lightgbm_report.json', 'config.yaml', 'feature_names.txt']) {
      assert.ok(existsSync(join(run, name)), name);
    }
    const predictions = join(out, 'predictions.csv');
    const { code, stderr } = await trainyard(
      'predict',
      '--model',
      model,
      '--data',
      files.penguins,
      '--out',
      predictions,
    );
    assert.equal(code, 0, stderr);
    const lines = readFileSync(predictions, 'utf8').trim().split('\n');
    assert.equal(lines.length, 345);
    const species = readFileSync(files.penguins, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',').at(-1));
    const right = lines.filter((line, i) => i > 0 && line.split(',')[0] === species[i]);
    assert.ok(right.length > 330, `${right.length} of 344 right`);
  });

  it('gives the same for the same seed, and for one thread and two', async () => {
    const train = (...args: string[]) =>
      json('train', ...penguins, '--model', 'lightgbm', '--out', out, '--json', ...args);
    const [first, again, other] = [
      await train('--seed', '3', '--threads', '1'),
      await train('--seed', '3', '--threads', '2'),
      await train('--seed', '4'),
    ];
    assert.deepEqual(again.test_metrics, first.test_metrics);
    assert.notDeepEqual(other.test_metrics.log_loss, first.test_metrics.log_loss);
    const bytes = (report: typeof first) => readFileSync(join(report.artifacts.model, 'model.trainyard'));
    assert.ok(bytes(first).equals(bytes(again)), 'the model is the same byte for byte');
  });

  it('--model all prints an array, and trains each model that does the task', async () => {
    const reports = await json('train', ...penguins, '--model', 'all', '--out', out, '--json');
    const names = reports.map(({ model_name }: { model_name: string }) => model_name).sort();
    const trees = ['catboost', 'extra_trees', 'lightgbm', 'random_forest', 'xgboost'];
    assert.deepEqual(names, [...trees, 'dummy', 'logistic', 'sgd'].sort());
    const run = reports[0].artifacts.run;
    assert.ok(existsSync(join(run, 'models/lightgbm_penguins_h0')));
    assert.ok(existsSync(join(run, 'reports/dummy_report.json')));
  });

  it('takes a request file, settings over it, and the configuration of an earlier run', async () => {
    const request = [
      '--config',
      'examples/penguins/train-request.json',
      '--set',
      'deploy=null',
      '--out',
      out,
      '--json',
    ];
    const report = await json('train', ...request, '--set', 'params.n_estimators=30');
    assert.ok(report.training_metrics.total_epochs <= 30);
    assert.equal(report.params.num_leaves, 7);
    const again = await json('train', '--config', report.artifacts.config, '--out', out, '--json');
    assert.deepEqual(again.test_metrics, report.test_metrics);
  });

  it('learns from the bundled flights in the order of their days', async () => {
    const flights = ['--data', files.lateArrivals, '--target', 'late', '--set', 'dataset.time=date'];
    // Without early stopping a hundred rounds learn the noise of 12,000 rows by heart, in LightGBM as here.
    const stopping = ['--set', 'earlyStopping.rounds=10'];
    const report = await json('train', ...flights, ...stopping, '--model', 'lightgbm', '--out', out, '--json');
    assert.equal(report.task, 'binary');
    assert.ok(report.test_metrics.roc_auc > 0.61, `${report.test_metrics.roc_auc}`);
    assert.equal(report.data.rows, 15_000);
  });

  it('says in its exit code what was wrong', async () => {
    const infinite = join(out, 'infinite.csv');
    writeFileSync(infinite, `x,y\n${Array.from({ length: 30 }, (_, i) => `${i || 'inf'},${i % 2}`).join('\n')}\n`);
    const cases: [number, RegExp, string[]][] = [
      [2, /unknown option/, ['train', ...penguins, '--modell', 'lightgbm']],
      [2, /unknown command/, ['trian']],
      [2, /--data/, ['train', '--target', 'x']],
      [2, /MODEL_UNKNOWN.*Did you mean "lightgbm"/, ['train', ...penguins, '--model', 'lightgbmm']],
      [2, /PARAMETER_UNKNOWN.*"depth"/, ['train', ...penguins, '--model', 'lightgbm', '--set', 'params.depth=3']],
      [2, /TASK_UNSUPPORTED/, ['train', ...penguins, '--model', 'linear', '--task', 'binary']],
      [2, /--config none\.yaml/, ['train', ...penguins, '--config', 'none.yaml']],
      [2, /search needs a running platform/, ['train', ...penguins, '--set', 'search.trials=3']],
      [3, /FILE_NOT_FOUND.*none\.csv/, ['train', '--data', 'none.csv', '--target', 'x']],
      [3, /COLUMN_NOT_FOUND.*Did you mean "species"/, ['train', '--data', files.penguins, '--target', 'specie']],
      [3, /VALUE_INFINITE.*"x"/, ['train', '--data', infinite, '--target', 'y']],
      [3, /FILE_UNREADABLE/, ['train', '--data', files.penguins, '--target', 'x', '--set', 'dataset.format=parquet']],
      [1, /cannot be reached/, ['jobs', 'list', '--server', 'http://127.0.0.1:1']],
    ];
    for (const [expected, words, args] of cases) {
      const { code, stdout, stderr } = await trainyard(...args, ...(args[0] === 'train' ? ['--out', out] : []));
      assert.equal(code, expected, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, words);
      assert.equal(stdout, '');
    }
    assert.equal((await trainyard('--help')).code, 0);
  });

  it('lists the models', async () => {
    const { code, stdout } = await trainyard('train', '--list-models');
    assert.equal(code, 0);
    for (const name of ['lightgbm', 'logistic', 'linear', 'ridge', 'dummy'])
      assert.match(stdout, new RegExp(`^${name} `, 'm'));
    const listed = await json('train', '--list-models', '--json');
    assert.equal(listed.find(({ name }: { name: string }) => name === 'lightgbm').params.num_leaves.default, 31);
  });
});

describe('trainyard against a running platform', () => {
  let platform: StartedPlatform;
  let server: string[];
  let jobId: string;

  before(async () => {
    platform = await startPlatform();
    server = ['--server', platform.address];
  });
  after(() => platform?.stop());

  it('uploads, trains, follows and prints the job', async () => {
    const fields = ['--set', 'name=penguins', '--set', 'deploy.environment=production', '--threads', '2'];
    const { code, stdout, stderr } = await trainyard('train', ...penguins, '--model', 'lightgbm', ...fields, ...server);
    assert.equal(code, 0, stderr);
    const job = JSON.parse(stdout);
    assert.deepEqual([job.status, job.name, job.model.version], ['completed', 'penguins', '1.0.0']);
    assert.match(stderr, new RegExp(`job ${job.jobId}`));
    jobId = job.jobId;
    const asked = { instances: [{ island: 'Biscoe', flipper_length_mm: 218 }] };
    const answer = await new Client(platform.address).must('POST', '/api/v1/predict/penguins', asked);
    assert.equal(answer.predictions[0].prediction, 'Gentoo');
  });

  it('shows jobs, models and datasets in tables, and as JSON', async () => {
    const table = async (...args: string[]) => {
      const { code, stdout, stderr } = await trainyard(...args, ...server);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    assert.match(await table('jobs', 'list'), new RegExp(`^${jobId} +completed +1 +multiclass +penguins`, 'm'));
    assert.match(await table('models', 'list'), /^mdl-\w+ +penguins +1\.0\.0 +Production +multiclass +lightgbm$/m);
    assert.match(await table('datasets', 'list'), /^[0-9a-f]{64} +penguins\.csv +344 +dataset:\/\//m);
    assert.match(await table('models', 'versions', 'penguins'), /1\.0\.0/);
    assert.equal((await json('jobs', 'list', '--json', ...server))[0].jobId, jobId);
    assert.equal((await json('models', 'list', '--json', ...server))[0].name, 'penguins');
    assert.equal((await json('jobs', 'get', jobId, ...server)).status, 'completed');
    assert.equal((await json('models', 'get', 'penguins', ...server)).latestVersion, '1.0.0');
    const [dataset] = await json('datasets', 'list', '--json', ...server);
    assert.equal((await json('datasets', 'get', dataset.datasetId, ...server)).rows, 344);
    assert.equal((await json('datasets', 'profile', dataset.datasetId, ...server)).columns.length, 7);
  });

  it('uploads a file, and trains from what is there already', async () => {
    const { uri } = await json('datasets', 'upload', files.seattleWeather, ...server);
    assert.match(uri, /^dataset:\/\/[0-9a-f]{64}$/);
    const args = ['--data', uri, '--target', 'weather', '--model', 'dummy'];
    assert.equal((await json('train', ...args, ...server)).status, 'completed');
  });

  it('moves a version, cancels a job and watches one', async () => {
    const staged = await json('models', 'stage', 'penguins', '1.0.0', 'Staging', '--reason', 'look again', ...server);
    assert.deepEqual([staged.stage, staged.stageHistory.at(-1).reason], ['Staging', 'look again']);
    const client = new Client(platform.address);
    const dataset = { uri: await client.uploadFile(files.penguins), target: 'species' };
    const params = { n_estimators: 100_000, learning_rate: 0.0001 };
    const started = await client.must('POST', '/api/v1/models/train', { model: 'lightgbm', params, dataset });
    const watching = trainyard('jobs', 'watch', started.jobId, ...server);
    await client.until(`/api/v1/models/jobs/${started.jobId}`, ({ status }) => status === 'running');
    await json('jobs', 'cancel', started.jobId, ...server);
    const { code, stdout } = await watching;
    assert.deepEqual([code, JSON.parse(stdout).status], [1, 'cancelled']);
  });

  it('says in its exit code what was wrong, here or there', async () => {
    const cases: [number, RegExp, string[]][] = [
      [3, /COLUMN_NOT_FOUND/, ['train', '--data', files.penguins, '--target', 'specie']],
      [2, /MODEL_UNKNOWN/, ['train', ...penguins, '--model', 'lightgbmm']],
      [2, /PARAMETER_UNKNOWN/, ['train', ...penguins, '--model', 'lightgbm', '--set', 'params.depth=3']],
      [3, /FILE_NOT_FOUND/, ['train', '--data', 'none.csv', '--target', 'x']],
      [1, /MODEL_NOT_FOUND/, ['models', 'get', 'none']],
      [1, /JOB_NOT_FOUND/, ['jobs', 'watch', 'none']],
      [1, /JOB_ENDED/, ['jobs', 'cancel', jobId]],
    ];
    for (const [expected, words, args] of cases) {
      const { code, stdout, stderr } = await trainyard(...args, ...server);
      assert.equal(code, expected, `${args.join(' ')}: ${stderr}`);
      assert.match(stderr + stdout, words);
    }
  });
});
