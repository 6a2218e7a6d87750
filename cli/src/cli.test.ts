import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/trainyard.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trainyard-cli-'));
const data = join(folder, 'sales.csv');

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

before(() => {
  const lines = ['size,colour,bought,price'];
  for (let i = 0; i < 300; i++) {
    const size = Math.sin(i * 12.9898) * 3;
    const colour = ['red', 'green', 'blue'][i % 3]!;
    const score = size + (colour === 'red' ? 1 : 0);
    lines.push(`${i % 25 ? size.toFixed(3) : ''},${colour},${score > 0 ? 'yes' : 'no'},${(2 * score + 5).toFixed(3)}`);
  }
  writeFileSync(data, `${lines.join('\n')}\n`);
});

describe('trainyard train', () => {
  it('prints the promised report alone, writes the run, and predict reads it', async () => {
    const args = [
      '--target',
      'bought',
      '--model',
      'logistic',
      '--set',
      'dataset.exclude=[price]',
      '--symbol',
      'MES',
      '--horizon',
      '20',
    ];
    const { code, stdout, stderr } = await run(
      'train',
      '--data',
      data,
      ...args,
      '--out',
      folder,
      '--json',
      '--threads',
      '1',
    );
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.equal(report.model_name, 'logistic');
    assert.deepEqual([report.symbol, report.horizon, report.task], ['MES', 20, 'binary']);
    const training = [
      'train_loss',
      'val_loss',
      'train_accuracy',
      'val_accuracy',
      'best_epoch',
      'total_epochs',
      'early_stopped',
      'training_time',
    ];
    for (const name of training) assert.ok(name in report.training_metrics, name);
    assert.ok(report.test_metrics.roc_auc > 0.9);
    assert.deepEqual([report.data.rows, report.data.features], [300, 2]);
    assert.ok('size' in report.feature_importance);
    assert.match(stderr, /logistic \[#+-*\]/);
    const { artifacts } = report;
    assert.match(artifacts.model, /runs\/[^/]+\/models\/logistic_MES_h20$/);
    assert.deepEqual(JSON.parse(readFileSync(artifacts.report, 'utf8')), report);
    assert.equal(readFileSync(artifacts.feature_names, 'utf8'), 'size\ncolour\n');
    assert.match(artifacts.report, /reports\/logistic_report\.json$/);

    const again = await run('train', '--config', artifacts.config, '--out', folder, '--json');
    assert.deepEqual(JSON.parse(again.stdout).test_metrics, report.test_metrics);

    const out = join(folder, 'predictions.csv');
    for (const model of [artifacts.model, artifacts.run]) {
      const predicted = await run('predict', '--model', model, '--data', data, '--out', out);
      assert.equal(predicted.code, 0, predicted.stderr);
      const rows = readFileSync(out, 'utf8').trim().split('\n');
      assert.equal(rows.length, 301);
      assert.equal(rows[0], 'prediction,probability_no,probability_yes');
      assert.match(rows[1]!, /^(yes|no),[\d.e-]+,[\d.e-]+$/);
    }
    const lines = await run('predict', '--model', artifacts.model, '--data', data, '--out', join(folder, 'p.jsonl'));
    assert.equal(lines.code, 0);
    const first = JSON.parse(readFileSync(join(folder, 'p.jsonl'), 'utf8').split('\n')[0]!);
    assert.deepEqual(Object.keys(first.probabilities), ['no', 'yes']);
  });

  it('trains all models that do the task and prints an array', async () => {
    const { code, stdout, stderr } = await run(
      'train',
      '--data',
      data,
      '--target',
      'price',
      '--model',
      'all',
      '--out',
      folder,
      '--json',
    );
    assert.equal(code, 0, stderr);
    const reports = JSON.parse(stdout) as {
      model_name: string;
      task: string;
      artifacts: { model: string; run: string };
    }[];
    const names = reports.map((report) => report.model_name);
    assert.ok(
      names.includes('linear') && names.includes('ridge') && names.includes('dummy') && !names.includes('logistic'),
    );
    assert.equal(new Set(reports.map((report) => report.artifacts.run)).size, 1);
    assert.ok(reports.every((report) => existsSync(report.artifacts.model)));
    const ambiguous = await run('predict', '--model', reports[0]!.artifacts.run, '--data', data);
    assert.equal(ambiguous.code, 2);
  });

  it('clusters without a target, and predict answers cluster numbers', async () => {
    const out = join(folder, 'clusters');
    const asked = ['--task', 'clustering', '--model', 'kmeans', '--set', 'params.n_clusters=3'];
    const { code, stdout, stderr } = await run('train', '--data', data, ...asked, '--out', out, '--json');
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual([report.task, 'target' in report], ['clustering', false]);
    assert.ok(report.test_metrics.silhouette > 0);
    const told = await run('train', '--data', data, '--model', 'kmeans', '--out', out);
    assert.match(told.stdout, /kmeans: clustering, \d+ rows to train/);
    const predicted = await run('predict', '--model', report.artifacts.model, '--data', data);
    assert.equal(predicted.code, 0, predicted.stderr);
    assert.match(predicted.stdout, /^prediction\n[012]\n/);
  });

  it('lists the models', async () => {
    assert.match((await run('train', '--list-models')).stdout, /logistic +linear +binary multiclass .*\bC\b/);
    const listed = JSON.parse((await run('train', '--list-models', '--json')).stdout);
    assert.equal(listed.find((model: { name: string }) => model.name === 'ridge').params.alpha.default, 1);
  });

  const cases: [string, number, RegExp, string[]][] = [
    ['an unknown option', 2, /unknown option/, ['--targt', 'bought']],
    ['no target', 2, /--target COLUMN/, []],
    ['an unknown model', 2, /MODEL_UNKNOWN/, ['--target', 'bought', '--model', 'logistik']],
    [
      'an unknown parameter',
      2,
      /PARAMETER_UNKNOWN/,
      ['--target', 'bought', '--model', 'logistic', '--set', 'params.depth=1'],
    ],
    ['a wrong number', 2, /whole number/, ['--target', 'bought', '--seed', 'x']],
    [
      'what only a platform does',
      2,
      /needs a running platform/,
      ['--target', 'bought', '--set', 'deploy.environment=staging'],
    ],
    [
      'a column that is not there',
      3,
      /COLUMN_NOT_FOUND.*Did you mean "bought"/,
      ['--target', 'bougth', '--model', 'logistic'],
    ],
  ];
  for (const [what, expected, message, args] of cases) {
    it(`exits ${expected} for ${what}`, async () => {
      const { code, stderr, stdout } = await run('train', '--data', data, ...args);
      assert.equal(code, expected, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    });
  }

  it('exits 3 for a file that is not there and for a damaged model', async () => {
    assert.equal((await run('train', '--data', join(folder, 'none.csv'), '--target', 'y')).code, 3);
    const damaged = join(folder, 'damaged.trainyard');
    writeFileSync(damaged, 'not a model');
    assert.equal((await run('predict', '--model', damaged, '--data', data)).code, 3);
    assert.equal((await run('predict', '--model', join(folder, 'none'), '--data', data)).code, 2);
  });
});

describe('trainyard against a server', () => {
  const seen: { method: string; url: string; body: string; key: string | undefined }[] = [];
  let streams = 0;
  let job: Record<string, unknown> = { jobId: 'j1', status: 'queued', progress: 0 };

  async function bodyOf(request: IncomingMessage): Promise<string> {
    let body = '';
    for await (const chunk of request) body += chunk;
    return body;
  }

  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const { method = '', url = '' } = request;
    seen.push({ method, url, body, key: request.headers['last-event-id'] as string | undefined });
    const send = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (url.startsWith('/api/v1/datasets?')) return send(201, { datasetId: 'd1', uri: 'dataset://d1' });
    if (url === '/api/v1/models/train') return send(202, job);
    if (url === '/api/v1/models/jobs?limit=500&offset=0') return send(200, { jobs: Array(500).fill(job) });
    if (url === '/api/v1/models/jobs?limit=500&offset=500') return send(200, { jobs: [{ ...job, jobId: 'j501' }] });
    if (url === '/api/v1/models/jobs/j1') return send(200, job);
    if (url !== '/api/v1/models/jobs/j1/events') {
      return send(404, { code: 'MODEL_NOT_FOUND', detail: 'there is no such model' });
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // The first stream breaks off in the middle.
    if (streams++ === 0) return response.end('id: 5\ndata: {"status":"running","progress":0.5}\n\n');
    job = { ...job, status: 'completed', progress: 1, metrics: { accuracy: 0.9 } };
    response.write('id: 6\ndata: {"status":"completed","progress":1}\n\n');
  });
  let url = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('sends the data and the request, and follows the job over a broken stream', async () => {
    const { code, stdout, stderr } = await run(
      'train',
      '--server',
      url,
      '--data',
      data,
      '--target',
      'bought',
      '--seed',
      '3',
    );
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).metrics.accuracy, 0.9);
    assert.equal(seen[0]!.url, '/api/v1/datasets?name=sales.csv');
    assert.equal(seen[0]!.body, readFileSync(data, 'utf8'));
    const sent = JSON.parse(seen[1]!.body);
    assert.deepEqual(sent, { seed: 3, dataset: { uri: 'dataset://d1', target: 'bought' } });
    const reconnected = seen.filter((call) => call.url.endsWith('/events'));
    assert.deepEqual(
      reconnected.map((call) => call.key),
      [undefined, '5'],
    );
  });

  it('lists all jobs, page by page, and passes on a problem with its code', async () => {
    const { stdout } = await run('jobs', 'list', '--server', url);
    assert.match(stdout, /j1 +completed/);
    assert.match(stdout, /j501 +completed/);
    const { code, stderr } = await run('models', 'get', 'x', '--server', url);
    assert.equal(code, 1);
    assert.match(stderr, /MODEL_NOT_FOUND: there is no such model/);
  });

  it('says when there is no server', async () => {
    const { code, stderr } = await run('datasets', 'list', '--server', 'http://127.0.0.1:1');
    assert.equal(code, 1);
    assert.match(stderr, /cannot be reached/);
    assert.equal((await run('jobs', 'list', '--server', 'localhost:80')).code, 2);
  });
});
