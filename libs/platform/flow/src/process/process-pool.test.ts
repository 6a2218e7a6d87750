import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ProcessPool } from './process-pool.js';

const LIMIT_MB = 300;

describe('a pool of worker processes', { timeout: 60_000 }, () => {
  const pool = new ProcessPool({ module: new URL('./test-tasks.js', import.meta.url), keepWarm: 1 });
  after(() => pool.close());
  const { signal } = new AbortController();
  const run = (keepMb: number, memoryMb?: number) => pool.run({ keepMb }, { signal, memoryMb }) as Promise<number>;

  test('keeps a process for the next task', async () => {
    assert.equal(await run(1), await run(1));
  });

  test('a task with a limit does not pay for what an earlier task left in its process', async () => {
    const filled = await run(2 * LIMIT_MB);
    assert.equal(await run(1), filled, 'without a limit it may have the full process');
    const fresh = await run(1, LIMIT_MB);
    assert.notEqual(fresh, filled);
    if (process.platform === 'linux') assert.equal(await run(1, LIMIT_MB), fresh, 'one that is not full is kept');
  });

  test('tells what its processes use, and when one ends too soon', async () => {
    const told = { cpu: 0, ended: [] as string[] };
    let measure = () => ({ busy: -1, idle: -1, residentBytes: 0 });
    let stopped = false;
    const metrics = {
      processes: (how: typeof measure) => {
        measure = how;
        return () => {
          stopped = true;
        };
      },
      workerCpu: (seconds: number) => {
        told.cpu += seconds;
      },
      workerEnded: (code: string) => void told.ended.push(code),
    };
    const watched = new ProcessPool({ module: new URL('./test-tasks.js', import.meta.url), keepWarm: 1, metrics });
    const running = watched.run({ keepMb: 50 }, { signal });
    assert.deepEqual([measure().busy, measure().idle], [1, 0]);
    await running;
    assert.deepEqual([measure().busy, measure().idle], [0, 1]);
    if (process.platform === 'linux') assert.ok(measure().residentBytes > 50 * 2 ** 20);
    assert.ok(told.cpu > 0.01 && told.cpu < 30, `${told.cpu} s`);
    await assert.rejects(watched.run({ keepMb: 0, waitMs: 5000 }, { signal, memoryMb: 10 }));
    assert.deepEqual(told.ended, ['OUT_OF_MEMORY']);
    watched.close();
    assert.ok(stopped);
  });

  test('a task that needs more than its limit fails alone', async () => {
    await assert.rejects(
      pool.run({ keepMb: 0, waitMs: 5000 }, { signal, memoryMb: 10 }),
      { code: 'OUT_OF_MEMORY', retriable: false },
      'a limit below what Node takes',
    );
    assert.ok((await run(1, LIMIT_MB)) > 0);
  });

  test('a bug in a task comes back with the place where it is', async () => {
    await assert.rejects(pool.run({ keepMb: 0, bug: true }, { signal }), (error: Error & { code: string }) => {
      assert.deepEqual([error.code, error.message], ['INTERNAL', 'x is not a function']);
      assert.match(error.stack ?? '', /TypeError: x is not a function\n.*test-tasks/);
      return true;
    });
  });

  test('a process that is long in starting is not taken for a silent one', async (t) => {
    const env = { TEST_START_MS: '1500' };
    const slow = new ProcessPool({ module: new URL('./test-tasks.js', import.meta.url), env, keepWarm: 1 });
    t.after(() => slow.close());
    let beats = 0;
    await slow.run({ keepMb: 0 }, { signal, onBeat: () => beats++ });
    assert.ok(beats >= 2 + 2, `beats while it starts, then "up" and the result: ${beats}`);
  });
});
