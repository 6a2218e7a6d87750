import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Answer, Client, expectProblem } from './client.js';
import { files, write } from './data-sets.js';
import { type StartedPlatform, startPlatform } from './platform.js';

const MAX_UPLOAD_BYTES = 20_000_000;

let platform: StartedPlatform;
let client: Client;
let penguins: string;

before(async () => {
  platform = await startPlatform({ MAX_UPLOAD_BYTES: String(MAX_UPLOAD_BYTES) });
  client = new Client(platform.address);
  penguins = await client.uploadFile(files.penguins);
  await client.trained({
    name: 'penguins',
    model: 'lightgbm',
    dataset: { uri: penguins, target: 'species' },
    deploy: { environment: 'production' },
  });
});
after(() => platform?.stop());

/** A file within the data roots, under its file:// URI. */
async function put(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(platform.folder, name);
  await writeFile(path, bytes);
  return pathToFileURL(path).href;
}

const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join('\n');
const noise = (i: number) => Math.sin(i * 12.9898) * 43_758;

interface Bad {
  readonly what: string;
  readonly name: string;
  readonly bytes: string | Uint8Array | (() => Promise<Uint8Array>);
  readonly target: string;
  readonly code: string;
  readonly words: readonly RegExp[];
  /** The file itself is sound; only this training is wrong. */
  readonly readable?: boolean;
}

const table = (body: string) => `x,when,y\n${body}\n`;
const bad: readonly Bad[] = [
  {
    what: 'a file of random bytes',
    name: 'noise.csv',
    bytes: Uint8Array.from({ length: 5000 }, (_, i) => Math.abs(noise(i)) % 256),
    target: 'y',
    code: 'FILE_UNREADABLE|ENCODING_INVALID|HEADER_MISSING|ROW_RAGGED',
    words: [/UTF-8|text|binary/i],
  },
  {
    what: 'an empty file',
    name: 'empty.csv',
    bytes: ' ',
    target: 'y',
    code: 'FILE_EMPTY',
    words: [/empty|no (rows|data)/],
  },
  {
    what: 'a file that is no Parquet',
    name: 'no.parquet',
    bytes: 'a,b\n1,2\n',
    target: 'b',
    code: 'FILE_UNREADABLE',
    words: [/Parquet/i],
  },
  {
    what: 'a Parquet file cut short',
    name: 'cut.parquet',
    bytes: async () => (await readFile(files.flights3m)).subarray(0, 500_000),
    target: 'delay',
    code: 'FILE_UNREADABLE',
    words: [/Parquet/i],
  },
  {
    what: 'rows of different lengths',
    name: 'ragged.csv',
    bytes: table(`1,2,3\n${rows(30, (i) => `${i},2,3`)}\n4,5\n6,7,8`),
    target: 'y',
    code: 'ROW_RAGGED',
    words: [/row 32|line 33/i],
  },
  {
    what: 'a wrong delimiter',
    name: 'delimiter.csv',
    bytes: `x~y\n${rows(50, (i) => `${i}~${i % 2}`)}`,
    target: 'y',
    code: 'COLUMN_NOT_FOUND|DELIMITER_WRONG',
    words: [/x~y|delimiter/],
    readable: true,
  },
  {
    what: 'two columns of one name',
    name: 'twice.csv',
    bytes: `x,x,y\n${rows(30, (i) => `${i},${i},${i % 2}`)}`,
    target: 'y',
    code: 'COLUMN_DUPLICATE',
    words: [/"?x"?/],
  },
  {
    what: 'text that is not UTF-8',
    name: 'latin1.csv',
    bytes: Buffer.from(`name,y\n${rows(30, (i) => `Zürich${i},${i % 2}`)}`, 'latin1'),
    target: 'y',
    code: 'ENCODING_INVALID',
    words: [/UTF-8/],
  },
  {
    what: 'an infinite number',
    name: 'infinite.csv',
    bytes: `x,y\n${rows(30, (i) => `${i === 17 ? 'inf' : i},${i % 2}`)}`,
    target: 'y',
    code: 'VALUE_INFINITE',
    words: [/"x"/, /18/],
    readable: true,
  },
  {
    what: 'no such column',
    name: 'column.csv',
    bytes: `x,late\n${rows(30, (i) => `${i},${i % 2}`)}`,
    target: 'lat',
    code: 'COLUMN_NOT_FOUND',
    words: [/"lat"/, /Did you mean "late"/],
    readable: true,
  },
  {
    what: 'a target that is missing everywhere',
    name: 'missing.csv',
    bytes: `x,y\n${rows(30, (i) => `${i},`)}`,
    target: 'y',
    code: 'TARGET_ALL_MISSING',
    words: [/"y"/],
    readable: true,
  },
  {
    what: 'one class only',
    name: 'one-class.csv',
    bytes: `x,y\n${rows(30, (i) => `${i},yes`)}`,
    target: 'y',
    code: 'TARGET_ONE_CLASS',
    words: [/"y"/],
    readable: true,
  },
  {
    what: 'two rows',
    name: 'two.csv',
    bytes: 'x,y\n1,a\n2,b\n',
    target: 'y',
    code: 'TOO_FEW_ROWS',
    words: [/2/],
    readable: true,
  },
  {
    what: 'a header without rows',
    name: 'header.csv',
    bytes: 'x,y\n',
    target: 'y',
    code: 'FILE_EMPTY',
    words: [/2 columns but no rows/],
  },
];

const bytesOf = async ({ bytes }: Bad) => (typeof bytes === 'function' ? bytes() : bytes);

describe('bad data', () => {
  for (const each of bad) {
    it(`${each.what}: said by the upload, or by the job`, async () => {
      const bytes = await bytesOf(each);
      const body = typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
      const upload = await client.upload(body, each.name);
      if (each.readable) assert.equal(upload.status, 201, upload.text);
      else expectProblem(upload, 400, new RegExp(`^(${each.code})$`), ...each.words);
      const request = { dataset: { uri: await put(each.name, bytes), target: each.target } };
      expectFailed(await client.train(request), each);
    });

    it(`${each.what}: said by the job that an event asked for`, async () => {
      const uri = await put(each.name, await bytesOf(each));
      const data = { jobId: `event-${each.name}`, model: 'lightgbm', dataset: { uri, target: each.target } };
      expectFailed(await byEvent(data), each);
    });
  }
});

interface Job {
  readonly status: string;
  readonly attempts: number;
  readonly error?: { readonly code: string; readonly message: string };
}

function expectFailed({ status, attempts, error }: Job, { code, words }: Pick<Bad, 'code' | 'words'>): void {
  assert.equal(status, 'failed');
  assert.match(error?.code ?? '', new RegExp(`^(${code})$`), error?.message);
  for (const word of words) assert.match(error?.message ?? '', word);
  assert.ok(attempts <= 1, 'what is wrong with the data is not tried again');
  assert.doesNotMatch(error?.message ?? '', /\/artifacts\//, 'names the file as the user does');
}

/** The way of a message on the bus: the gateway only hands it on. */
async function byEvent(data: Record<string, unknown>): Promise<Job> {
  const event = { specversion: '1.0', id: String(data.jobId), source: '/tests', type: 'TrainRequested', data };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const { status, text } = await client.send('POST', '/api/v1/events', JSON.stringify(event), headers);
  assert.equal(status, 202, text);
  return client.untilEnded(String(data.jobId));
}

describe('odd data that works', () => {
  const odd = async (name: string, text: string, target = 'y') => {
    const dataset = { uri: await put(name, text), target };
    return client.trained({ name: name.replace(/\W/g, '-'), model: 'lightgbm', dataset });
  };

  it('a column that is missing everywhere is left out, with a warning', async () => {
    const job = await odd('hole.csv', `x,hole,y\n${rows(60, (i) => `${i},,${i % 2}`)}`);
    assert.ok(job.warnings.some((warning: string) => /"hole" is missing in every row/.test(warning)));
  });

  it('a date column is a feature', async () => {
    const day = (i: number) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    await odd('dates.csv', `day,x,y\n${rows(200, (i) => `${day(i)},${noise(i)},${i > 100 ? 'late' : 'early'}`)}`);
    const { inputs } = await client.must('GET', '/api/v1/predict/dates-csv');
    assert.equal(inputs[0].type, 'date');
    const ask = (value: string) => client.must('POST', '/api/v1/predict/dates-csv', { instances: [{ day: value }] });
    assert.equal((await ask('2020-01-05')).predictions[0].prediction, 'early');
    assert.equal((await ask('2020-07-01')).predictions[0].prediction, 'late');
    const wrong = await client.post('/api/v1/predict/dates-csv', { instances: [{ day: 'soon' }] });
    expectProblem(wrong, 400, 'FEATURE_INVALID', /day/, /date/);
  });

  it('10,000 categories', async () => {
    const job = await odd(
      'categories.csv',
      `who,x,y\n${rows(20_000, (i) => `user${i % 10_000},${noise(i).toFixed(2)},${noise(i) > 0 ? 1 : 0}`)}`,
    );
    assert.ok(job.metrics.roc_auc > 0.99, `the other column is found beside them: ${job.metrics.roc_auc}`);
    const { inputs } = await client.must('GET', '/api/v1/predict/categories-csv');
    assert.deepEqual([inputs[0].name, inputs[0].type], ['who', 'category']);
  });

  it('tabs, semicolons, quotes, a byte order mark and Windows line ends', async () => {
    await odd('tabs.tsv', `x\ty\n${rows(50, (i) => `${i}\t${i % 2}`)}`);
    await odd('semicolons.csv', `x;y\n${rows(50, (i) => `${i};${i % 2}`)}`);
    const quoted = rows(50, (i) => `"a, ""b""\r\n${i % 3}",${i % 2 ? 'yes' : 'no'}`).replaceAll('\n', '\r\n');
    const job = await odd('quoted.csv', `\uFEFFtext,y\r\n${quoted.replaceAll('\r\r', '\r')}\r\n`);
    assert.equal(job.task, 'binary');
  });

  it('names in any language, and names like those of JavaScript', async () => {
    const names = ['größe', '数量', '__proto__', 'constructor', 'a b', 'x"y'];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    await odd('names.csv', `${header},y\n${rows(80, (i) => `${names.map((_, j) => i * (j + 1)).join(',')},${i % 2}`)}`);
    const instance = JSON.parse('{"größe": 1, "数量": 2, "__proto__": 3, "constructor": 4, "a b": 5, "x\\"y": 6}');
    const { predictions } = await client.must('POST', '/api/v1/predict/names-csv', { instances: [instance] });
    assert.equal(predictions.length, 1);
  });
});

describe('bad requests', () => {
  const train = (fields: Record<string, unknown>) =>
    client.post('/api/v1/models/train', {
      model: 'lightgbm',
      dataset: { uri: penguins, target: 'species' },
      ...fields,
    });

  it('name the field', async () => {
    const cases: [Record<string, unknown>, string, ...RegExp[]][] = [
      [{ model: 'lightgbmm' }, 'MODEL_UNKNOWN', /Did you mean "lightgbm"/],
      [{ params: { depth: 3 } }, 'PARAMETER_UNKNOWN', /"depth"/, /max_depth/],
      [{ params: { n_estimators: 'many' } }, 'PARAMETER_INVALID', /n_estimators/, /integer/],
      [{ params: { learning_rate: -1 } }, 'PARAMETER_INVALID', /learning_rate/],
      [{ params: { n_estimators: {} } }, 'VALIDATION_FAILED', /params\.n_estimators/],
      [{ modle: 'lightgbm' }, 'VALIDATION_FAILED', /modle/],
      [{ dataset: undefined }, 'VALIDATION_FAILED', /dataset: is missing/],
      [{ dataset: { uri: penguins, taget: 'x' } }, 'VALIDATION_FAILED', /dataset\.taget/],
      [{ seed: 1.5 }, 'VALIDATION_FAILED', /seed/],
      [{ seed: '7' }, 'VALIDATION_FAILED', /seed: must be of type/],
      [{ model: 5 }, 'VALIDATION_FAILED', /model: must be of type string or array, not number/],
      [{ jobId: '../../etc/passwd' }, 'VALIDATION_FAILED', /jobId/],
      [{ jobId: 'a'.repeat(200) }, 'VALIDATION_FAILED', /jobId/],
      [{ task: 'regresion' }, 'VALIDATION_FAILED', /task/, /regression/],
      [{ model: 'linear', task: 'binary' }, 'TASK_UNSUPPORTED', /linear/, /regression/],
      [{ dataset: { uri: 'ftp://example.org/a.csv' } }, 'URI_INVALID', /ftp/],
      [{ dataset: { uri: 'penguins.csv' } }, 'URI_INVALID', /file:\/\//],
      [{ deploy: { environment: 'moon' } }, 'VALIDATION_FAILED', /deploy\.environment/, /production/],
      [{ search: { strategy: 'magic' } }, 'OPTION_UNSUPPORTED', /search\.strategy/, /random/],
      [{ search: { trials: 0 } }, 'VALIDATION_FAILED', /search\.trials/],
    ];
    for (const [fields, code, ...words] of cases) expectProblem(await train(fields), 400, code, ...words);
  });

  it('that only the work can find wrong fail the job with a code', async () => {
    const cases: [Record<string, unknown>, string, RegExp][] = [
      [{ dataset: { uri: penguins } }, 'TARGET_MISSING', /target/],
      [{ gates: [{ metric: 'acuracy', min: 1 }] }, 'METRIC_UNKNOWN', /Did you mean "accuracy"/],
      [{ search: { trials: 2, objectives: ['nope'] } }, 'METRIC_UNKNOWN', /nope/],
      [{ search: { trials: 2, space: { depth: { type: 'int', low: 1, high: 2 } } } }, 'PARAMETER_UNKNOWN', /depth/],
      [{ validation: { testSize: 0 } }, 'PARAMETER_INVALID', /testSize/],
      [{ dataset: { uri: penguins, target: 'species', features: ['beak'] } }, 'COLUMN_NOT_FOUND', /dataset\.features/],
      [{ dataset: { uri: penguins, target: 'species', time: 'island' } }, 'PARAMETER_INVALID', /dataset\.time/],
      [{ dataset: { uri: penguins, target: 'species', weight: 'sex' } }, 'WEIGHT_INVALID', /"sex"/],
      [{ task: 'regression', dataset: { uri: penguins, target: 'species' } }, 'TARGET_NOT_NUMERIC', /species/],
      [{ dataset: { uri: `dataset://${'0'.repeat(64)}`, target: 'y' } }, 'SOURCE_NOT_FOUND', /upload/],
      [{ dataset: { uri: 'dataset://zzz', target: 'y' } }, 'URI_INVALID', /sha256/],
      [{ dataset: { uri: 's3://bucket/key.csv', target: 'y' } }, 'URI_NOT_ALLOWED', /SOURCE_BUCKETS/],
      [{ resources: { pool: 'cpu', memoryMb: 10 }, params: { n_estimators: 10_000 } }, 'OUT_OF_MEMORY', /memoryMb/],
      [{ task: 'trajectory', model: 'auto' }, 'TASK_UNSUPPORTED', /trajectory/],
      [{ task: 'forecast', model: 'auto' }, 'PARAMETER_INVALID', /seqLen.*forecast/],
    ];
    for (const [fields, code, words] of cases) {
      const { status, text, body } = await train(fields);
      assert.equal(status, 202, text);
      expectFailed(await client.untilEnded(body.jobId), { code, words: [words] });
    }
  });

  it('name no file outside the data roots, nor what is there', async () => {
    const outside = [
      'file:///etc/passwd',
      'file:///etc/no-such-file',
      `file://${platform.folder}/../../etc/passwd`,
      `file://${platform.folder}/..%2F..%2Fetc%2Fpasswd`,
      'file://../../etc/passwd',
      `file://${platform.folder}/%ZZ`,
      'file://host/%ZZ',
      `file://${platform.folder}/a%00b`,
      `file://${platform.folder}`,
    ];
    for (const uri of outside) {
      const answer = await train({ dataset: { uri, target: 'y' } });
      if (answer.status === 202) {
        const { error, status } = await client.untilEnded(answer.body.jobId);
        assert.equal(status, 'failed', uri);
        assert.match(error.code, /^(URI_NOT_ALLOWED|URI_INVALID|SOURCE_NOT_FOUND|SOURCE_UNREADABLE)$/, uri);
        assert.doesNotMatch(error.message, /root:/);
      } else expectProblem(answer, 400, 'URI_INVALID');
    }
  });

  it('reach no private address', async () => {
    const addresses = [
      `${platform.address}/metrics`,
      'http://localhost:1/a.csv',
      'http://10.0.0.1/a.csv',
      'http://169.254.169.254/latest/meta-data',
      'http://[::1]:80/a.csv',
      'http://[::ffff:127.0.0.1]/a.csv',
      'http://0x7f.1/a.csv',
    ];
    for (const uri of addresses) {
      const { status, error } = await client.train({ dataset: { uri, target: 'y' } });
      assert.deepEqual([status, error?.code], ['failed', 'URI_NOT_ALLOWED'], `${uri}: ${JSON.stringify(error)}`);
    }
  });

  it('that are no JSON, or too much of it', async () => {
    const send = (body: string, type = 'application/json') =>
      client.send('POST', '/api/v1/models/train', body, { 'content-type': type });
    expectProblem(await send('{"dataset":'), 400, 'MALFORMED_JSON');
    expectProblem(await send(''), 400, 'VALIDATION_FAILED', /dataset/);
    for (const body of ['[]', '"x"', 'null', '5']) expectProblem(await send(body), 400, 'VALIDATION_FAILED', /object/);
    expectProblem(await send(`{"name":"${'x'.repeat(2 ** 21)}"}`), 413, 'BODY_TOO_LARGE');
    expectProblem(await send('['.repeat(100_000)), 400, /MALFORMED_JSON|VALIDATION_FAILED/);
    const deep = `{"params":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
    expectProblem(await send(deep), 400, /MALFORMED_JSON|VALIDATION_FAILED/);
    expectProblem(
      await send('name=penguins', 'application/x-www-form-urlencoded'),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /JSON/,
    );
    expectProblem(await send('{}', 'application/json; charset=latin1'), 415, /./);
    const polluted = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    expectProblem(await send(polluted), 400, 'VALIDATION_FAILED');
  });

  it('with paths that go elsewhere, or nowhere', async () => {
    const raw = (path: string) => rawGet(platform.address, path);
    const paths = [
      '/api/v1/models/..%2f..%2f..%2fetc%2fpasswd',
      '/api/v1/models/jobs/..%2F..%2Fx',
      '/api/v1/models/jobs/%00',
      '/api/v1/datasets/..%2f..%2flog.txt',
      `/api/v1/datasets/${'0'.repeat(64)}`,
      '/api/v1/datasets/../../etc/passwd',
      '/api/v1/predict/batches/..%2f..%2fx/result',
      '/api/v1/runs/..%2fx/artifacts/..%2f..%2fetc%2fpasswd',
      '/pages/../../package.json',
      '/pages/..%2f..%2fpackage.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      `/api/v1/models/${'m'.repeat(5000)}`,
    ];
    for (const path of paths) {
      const { status, body } = await raw(path);
      assert.equal(status, 404, `${path} answered ${status}: ${body.slice(0, 200)}`);
      assert.match(JSON.parse(body).code, /NOT_FOUND$/);
    }
    assert.equal((await raw('/api/v1/models/%ZZ')).status, 400);
    for (const query of ['limit=0', 'limit=x', 'limit=1e9', 'offset=-1', 'status=asleep']) {
      expectProblem(await client.get(`/api/v1/models/jobs?${query}`), 400, 'VALIDATION_FAILED');
    }
    assert.equal((await client.get('/api/v1/models/jobs?limit=1&limit=2')).status, 400);
  });
});

/** A GET whose path is sent as it is. */
function rawGet(address: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(address);
    const request = httpRequest({ hostname, port, path, method: 'GET' }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    });
    request.once('error', reject);
    request.end();
  });
}

describe('bad uploads', () => {
  it('of 5 GB are refused before they are read', async () => {
    const { port, hostname } = new URL(platform.address);
    const headers = { 'content-length': 5 * 1024 ** 3, 'content-type': 'application/octet-stream' };
    const started = Date.now();
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const options = { hostname, port, path: '/api/v1/datasets?name=big.csv', method: 'POST', headers };
      const request = httpRequest(options, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
        request.destroy();
      });
      request.once('error', reject);
      request.write('x,y\n');
    });
    assert.equal(answer.status, 413, answer.body);
    assert.equal(JSON.parse(answer.body).code, 'UPLOAD_TOO_LARGE');
    assert.match(JSON.parse(answer.body).detail, /MAX_UPLOAD_BYTES/);
    assert.ok(Date.now() - started < 5000);
  });

  it('that grow beyond the limit without saying so are cut off', async () => {
    const piece = new TextEncoder().encode('1,2,3\n'.repeat(10_000));
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += piece.length;
        if (sent > 10 * MAX_UPLOAD_BYTES) controller.close();
        else controller.enqueue(piece);
      },
    });
    const options = { method: 'POST', body, duplex: 'half' } as RequestInit;
    const response = await fetch(`${platform.address}/api/v1/datasets?name=grows.csv`, options).catch(() => undefined);
    // The server may end the connection before the client has read the answer; either way it took no more than it may.
    if (response) assert.equal(response.status, 413);
    assert.ok(sent < 5 * MAX_UPLOAD_BYTES, `${sent} bytes were taken`);
  });

  it('without a body, or with a name that says another format', async () => {
    expectProblem(await client.upload('', 'nothing.csv'), 400, 'UPLOAD_EMPTY');
    expectProblem(await client.upload('a,b\n1,2\n', 'x'.repeat(300)), 400, 'VALIDATION_FAILED', /name/);
    const csv = await client.send('POST', '/api/v1/datasets?name=a.csv&format=pdf', 'a,b\n1,2\n');
    expectProblem(csv, 400, 'VALIDATION_FAILED', /format/, /parquet/);
  });

  it('of a Parquet file are read whatever the name says', async () => {
    const path = await write('SELECT range AS x, range % 2 AS y FROM range(100)', join(platform.folder, 'odd.parquet'));
    const { status, body, text } = await client.upload(new Uint8Array(await readFile(path)), 'data');
    assert.deepEqual([status, body.format, body.rows], [201, 'parquet', 100], text);
  });
});

describe('bad questions', () => {
  const ask = (instances: unknown, more: Record<string, unknown> = {}) =>
    client.post('/api/v1/predict/penguins', { instances, ...more });

  it('name the feature and the row', async () => {
    const cases: [unknown, string, ...RegExp[]][] = [
      [[{ island: 'Biscoe' }, { beak: 1 }], 'FEATURE_UNKNOWN', /"beak"/, /\b1\b/],
      [[{ body_mass_g: 'heavy' }], 'FEATURE_INVALID', /body_mass_g/, /number/],
      [[{}, {}, { body_mass_g: {} }], 'FEATURE_INVALID', /body_mass_g/, /\b2\b/],
      [[{ island: ['Biscoe'] }], 'FEATURE_INVALID', /island/],
      [[[1, 2]], 'FEATURE_INVALID', /6/],
      [[5], '(FEATURE_INVALID|VALIDATION_FAILED)', /\b0\b/],
      [[null], '(FEATURE_INVALID|VALIDATION_FAILED)', /\b0\b/],
      [[], 'VALIDATION_FAILED', /instances/],
      ['x', 'VALIDATION_FAILED', /instances/],
      [undefined, 'VALIDATION_FAILED', /instances/],
      [Array.from({ length: 10_001 }, () => ({})), 'VALIDATION_FAILED', /10000|10,000/, /batch/],
    ];
    for (const [instances, code, ...words] of cases) expectProblem(await ask(instances), 400, code, ...words);
    expectProblem(await ask([{}], { version: '9.9.9' }), 404, 'VERSION_NOT_FOUND', /9\.9\.9/);
    expectProblem(await ask([{}], { explain: true }), 400, 'OPTION_UNSUPPORTED', /explain/);
    expectProblem(await ask([{}], { instance: 1 }), 400, 'VALIDATION_FAILED', /instance\b/);
    expectProblem(await client.post('/api/v1/predict/nobody', { instances: [{}] }), 404, 'MODEL_NOT_FOUND', /nobody/);
  });

  it('may leave everything out, and may give what was never seen', async () => {
    const all = await ask([{}, { island: null }, { island: 'Atlantis' }, { body_mass_g: 1e300 }]);
    assert.equal(all.status, 200, all.text);
    for (const { probabilities } of all.body.predictions) {
      assert.ok(Object.values<number>(probabilities).every((value) => value >= 0 && value <= 1));
    }
  });

  it('that are no JSON', async () => {
    const send = (body: string, type = 'application/json') =>
      client.send('POST', '/api/v1/predict/penguins', body, { 'content-type': type });
    expectProblem(await send('{"instances": [{"body_mass_g": NaN}]}'), 400, 'MALFORMED_JSON');
    expectProblem(await send('{"instances": [{"body_mass_g": 1e999}]}'), 400, 'FEATURE_INVALID', /body_mass_g/);
    expectProblem(await send('['.repeat(1_000_000)), 400, /MALFORMED_JSON|VALIDATION_FAILED/);
    // A busy server may end the connection while the client is still writing: then there is no answer to read.
    const huge = await send(' '.repeat(11 * 1024 ** 2)).catch(() => undefined);
    if (huge) expectProblem(huge, 413, 'BODY_TOO_LARGE');
    expectProblem(await send('{}', 'text/plain'), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('afterwards', () => {
  it('a good job completes, all is well, and nothing lies among the dead letters', async () => {
    const dataset = { uri: penguins, target: 'species' };
    const job = await client.trained({ name: 'penguins', model: 'lightgbm', dataset });
    assert.equal(job.attempts, 1);
    const { status, body }: Answer = await client.get('/health/ready');
    assert.deepEqual([status, body], [200, { status: 'ready' }]);
    assert.deepEqual((await client.must('GET', '/api/v1/dead-letters')).deadLetters, []);
    for (const stage of ['queued', 'tuning', 'running', 'evaluating']) {
      assert.equal((await client.must('GET', `/api/v1/models/jobs?status=${stage}`)).total, 0, `none is ${stage}`);
    }
    assert.doesNotMatch(platform.output(), /"level":(50|60)|\n\s+at /, platform.output().slice(-3000));
  });
});
