import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BlockQueue } from './block-queue.js';
import { createMemory } from './memory.js';

function twoQueues(): readonly [BlockQueue, BlockQueue] {
  const memory = createMemory(1, 1);
  return [new BlockQueue(memory, 1024), new BlockQueue(memory, 1024)];
}

describe('a queue of blocks', () => {
  it('gives each block once, when it is released, and passes the job on', () => {
    const [caller, other] = twoQueues();
    caller.open(3, 2, [5, 6, 7, 8]);
    assert.equal(other.take(1), -1, 'nothing is released');
    caller.release(2);
    assert.deepEqual([other.take(1), caller.take(0), other.take(1)], [0, 1, -1]);
    assert.deepEqual(
      [0, 1, 2, 3].map((word) => other.job(word)),
      [5, 6, 7, 8],
    );
    caller.release(3);
    assert.deepEqual([caller.take(0), caller.take(0)], [2, -1]);
    for (let i = 0; i < 3; i++) other.finish();
    caller.join();
  });

  it('a thread that comes late takes nothing of a job that is over, one too many takes nothing at all', () => {
    const [caller, other] = twoQueues();
    caller.open(1, 1, [1]);
    caller.release(1);
    assert.equal(other.take(1), -1, 'the job is for one thread');
    assert.equal(caller.take(0), 0);
    caller.finish();
    caller.join();
    assert.equal(other.take(0), -1);
    caller.open(2, 2, [2]);
    assert.equal(other.take(1), -1);
    caller.release(2);
    assert.equal(other.take(1), 0, 'the next job begins anew');
  });

  it('says that a thread has failed', () => {
    const [caller, other] = twoQueues();
    caller.open(1, 2, [1]);
    caller.release(1);
    other.take(1);
    other.fail();
    assert.throws(() => caller.join(), /failed/);
  });

  it('wakes at once a thread that has not seen the last release', () => {
    const [caller, other] = twoQueues();
    caller.open(1, 2, [1]);
    caller.release(1);
    const seen = other.awaitBlocks(0);
    caller.open(1, 2, [1]);
    caller.release(1);
    assert.notEqual(other.awaitBlocks(seen), seen);
  });
});
