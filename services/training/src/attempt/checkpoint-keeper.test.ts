import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Flow } from '@trainyard/flow';
import { CheckpointKeeper } from './checkpoint-keeper.js';

test('checkpoints that come faster than the store takes them are written one at a time, the newest last', async () => {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const warnings: string[] = [];
  const handle = async (_aggregate: unknown, id: string, { attempt, digest }: { attempt: number; digest: string }) => {
    written.push(`${id} ${attempt} ${digest}`);
    await new Promise<void>((resolve, reject) => {
      waiting.push(() => (digest === 'c2' ? reject(new Error('away')) : resolve()));
    });
  };
  const log = { warn: (_fields: object, message: string) => void warnings.push(message) };
  const keeper = new CheckpointKeeper({ handle, ports: { log } } as unknown as Flow, 'job', 1);
  const answer = async () => {
    waiting.shift()?.();
    await turn();
  };
  keeper.keep('c0');
  keeper.keep('c1');
  keeper.keep('c2');
  await turn();
  assert.deepEqual(written, ['job 1 c0'], 'one at a time');
  await answer();
  assert.deepEqual(written, ['job 1 c0', 'job 1 c2'], 'the newest of those that waited');
  keeper.keep('c3');
  await answer();
  assert.deepEqual(warnings, ['a checkpoint was not kept'], 'a failure holds up nothing');
  await answer();
  keeper.keep('c4');
  assert.deepEqual(written.slice(2), ['job 1 c3', 'job 1 c4']);
});
