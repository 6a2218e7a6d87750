import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './logger.js';
import { traced } from './tracing.js';

function capture(level?: string) {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, log: createLogger({ service: 'training', destination, ...(level === undefined ? {} : { level }) }) };
}

test('writes one JSON object per line, from the level on', () => {
  const { lines, log } = capture();
  log.debug('hidden');
  log.info({ job: 'j1', seconds: 1.5 }, 'trained');
  log.child({ attempt: 2 }).warn('slow');
  assert.equal(lines.length, 2);
  const { time, ...first } = lines[0]!;
  assert.deepEqual(first, { level: 'info', service: 'training', job: 'j1', seconds: 1.5, message: 'trained' });
  assert.equal(new Date(time as string).toISOString(), time);
  assert.equal(lines[1]!.attempt, 2);
});

test('leaves secrets out wherever they stand', () => {
  const { lines, log } = capture();
  log.info(
    {
      headers: { Authorization: 'Bearer s3cr3t-1', 'x-api-key': 's3cr3t-2', cookie: 's3cr3t-3' },
      config: {
        deep: [
          { password: 's3cr3t-4', MONGO_PASSWORD: 's3cr3t-5', apiKey: 's3cr3t-6', AWS_SECRET_ACCESS_KEY: 's3cr3t-7' },
        ],
      },
      sasl: { mechanism: 'plain', username: 'u', password: 's3cr3t-8' },
      accessToken: 's3cr3t-9',
      url: 'mongodb://user:s3cr3t-10@host:27017/db',
      error: new Error('cannot reach amqp://me:s3cr3t-11@host', { cause: { token: 's3cr3t-12' } }),
      tokens: 17,
    },
    'connecting to mongodb+srv://user:s3cr3t-13@host with Bearer s3cr3t-14',
  );
  log.child({ password: 's3cr3t-15' }).error(new Error('https://a:s3cr3t-16@b'));
  const text = JSON.stringify(lines);
  assert.doesNotMatch(text, /s3cr3t/);
  assert.equal(lines[0]!.tokens, 17);
  assert.match(String(lines[0]!.url), /^mongodb:\/\/\[redacted\]@host:27017\/db$/);
});

test('keeps what an error says: type, code, cause and stack', () => {
  const { lines, log } = capture();
  log.error(
    { error: Object.assign(new TypeError('bad', { cause: new Error('why') }), { code: 'X', retriable: true }) },
    'failed',
  );
  const error = lines[0]!.error as Record<string, unknown>;
  assert.deepEqual([error.type, error.message, error.code, error.retriable], ['TypeError', 'bad', 'X', true]);
  assert.equal((error.cause as { message: string }).message, 'why');
  assert.match(error.stack as string, /logger\.test/);
  log.error(new RangeError('alone'));
  assert.match(JSON.stringify(lines[1]), /RangeError.*alone/);
});

test('a line written within a trace tells which one', async () => {
  const { lines, log } = capture();
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await traced({ name: 'work', parent }, async () => log.child({ job: 'j1' }).info('inside'));
  log.info('outside');
  const [inside, outside] = lines;
  assert.deepEqual([inside!.trace_id, inside!.span_id, inside!.job], [parent.slice(3, 35), parent.slice(36, 52), 'j1']);
  assert.equal(outside!.trace_id, undefined);
});
