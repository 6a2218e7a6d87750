import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DeploymentRequested } from '@trainyard/contracts';
import type { Announcement, Wake } from '@trainyard/flow';
import type { DeploymentCommand } from './commands.js';
import { deployment } from './deployment.js';
import { type DeploymentState, statusOf } from './state.js';

/** Applies commands one after the other, as the flow does. */
class Story {
  state: DeploymentState | undefined;
  readonly told: Announcement[] = [];

  tell(command: DeploymentCommand | Wake, now: number): this {
    for (const event of deployment.decide(this.state, command, { id: 'm:production', now })) {
      this.state = deployment.evolve(this.state, event);
      this.told.push(...deployment.announce(event, this.state));
    }
    return this;
  }

  request(ordinal: number, requestedAt: number, more: Partial<DeploymentRequested> = {}): this {
    return this.tell(
      { type: 'DeploymentRequested', data: { ...requestOf(ordinal, requestedAt), ...more } },
      requestedAt,
    );
  }

  claim(now: number): this {
    return this.tell({ type: 'Claim', worker: 'w', leaseMs: 1000 }, now);
  }

  succeed(attempt: number, now: number): this {
    return this.tell({ type: 'Succeed', attempt }, now);
  }

  fail(attempt: number, now: number, retriable: boolean): this {
    return this.tell({ type: 'Fail', attempt, code: 'ARTIFACT_CORRUPT', message: 'broken', retriable }, now);
  }

  /** Which version serves. */
  get serving(): string | undefined {
    return this.state?.active?.version;
  }

  get answers(): string[] {
    return this.told.map(({ type, key }) => `${type} ${key}`);
  }
}

function requestOf(ordinal: number, requestedAt: number): DeploymentRequested {
  const [deploymentId, jobId, version] = [`d${ordinal}`, `job${ordinal}`, `1.0.${ordinal}`];
  const model = { modelId: 'm', modelName: 'model', artifact: `a${ordinal}`, environment: 'production' };
  return { ...model, deploymentId, jobId, version, ordinal, strategy: 'replace', requestedAt };
}

describe('deployment', () => {
  test('a version that was loaded serves, and its job hears of it', () => {
    const story = new Story().request(1, 10).claim(11).succeed(1, 12);
    assert.equal(story.serving, '1.0.1');
    assert.deepEqual(story.answers, ['DeploymentReady job1']);
    story.request(2, 20).claim(21).succeed(2, 22);
    assert.equal((story.told[1]!.data as { previousVersion: string }).previousVersion, '1.0.1');
    assert.equal(statusOf(story.state as DeploymentState), 'ready');
  });

  test('requests are answered in turn, each once', () => {
    const story = new Story().request(2, 20).request(1, 10).request(2, 21);
    story.claim(30).succeed(1, 31).claim(32).succeed(2, 33);
    assert.deepEqual(story.answers, ['DeploymentReady job1', 'DeploymentReady job2']);
    assert.equal(story.serving, '1.0.2');
    assert.throws(() => story.claim(40), { code: 'NOT_WAITING' });
  });

  test('a request that arrives late is answered and does not replace a newer one', () => {
    const story = new Story().request(2, 20).claim(21).succeed(1, 22);
    story.request(1, 10).claim(23).succeed(2, 24);
    assert.deepEqual(story.answers, ['DeploymentReady job2', 'DeploymentReady job1']);
    assert.equal(story.serving, '1.0.2');
  });

  test('an older request that arrives while another is loaded does not take its result', () => {
    const story = new Story().request(2, 20).claim(21).request(1, 10).succeed(1, 22);
    assert.deepEqual(story.answers, ['DeploymentReady job2']);
    story.claim(23).succeed(2, 24);
    assert.deepEqual(story.answers, ['DeploymentReady job2', 'DeploymentReady job1']);
  });

  test('a version that cannot be loaded fails its job, and the previous one keeps serving', () => {
    const story = new Story().request(1, 10).claim(11).succeed(1, 12).request(2, 20).claim(21).fail(2, 22, false);
    assert.deepEqual(story.answers, ['DeploymentReady job1', 'DeploymentFailed job2']);
    assert.equal(story.serving, '1.0.1');
    assert.equal(story.state?.failure?.code, 'ARTIFACT_CORRUPT');
  });

  test('a failure that may pass is tried again later, and not for ever', () => {
    const story = new Story().request(1, 0);
    let now = 0;
    let attempt = 0;
    for (; story.answers.length === 0 && attempt < 50; attempt++) {
      now = Math.max(now, story.state?.availableAt ?? 0) + 1;
      story.claim(now).fail(attempt + 1, now, true);
    }
    assert.ok(attempt > 1 && attempt < 50, `${attempt} attempts`);
    assert.deepEqual(story.answers, ['DeploymentFailed job1']);
  });

  test('a replica that dies loses its lease, and its late result is refused', () => {
    const story = new Story().request(1, 0).claim(1);
    assert.equal(deployment.wakeAt?.(story.state as DeploymentState), 1001);
    story.tell({ type: 'Wake' }, 1002);
    assert.equal(story.state?.lease, undefined);
    story.claim(60_000);
    story.succeed(1, 60_001);
    assert.equal(story.serving, undefined);
    assert.equal(story.state?.refusals.length, 1);
    story.succeed(2, 60_002);
    assert.equal(story.serving, '1.0.1');
  });

  test('strategies that do not exist yet are refused by name', () => {
    const story = new Story().request(1, 0, { strategy: 'canary' });
    assert.deepEqual(story.answers, ['DeploymentFailed job1']);
    assert.match((story.told[0]!.data as { message: string }).message, /deploy\.strategy "canary"/);
  });

  test('taking out of service answers what waits, and older requests stay out', () => {
    const story = new Story().request(1, 10).claim(11).succeed(1, 12).request(2, 20);
    story.tell({ type: 'UndeployRequested', data: { modelId: 'm' } }, 30).request(3, 25);
    assert.deepEqual(story.answers, [
      'DeploymentReady job1',
      'DeploymentFailed job2',
      'DeploymentRetired m',
      'DeploymentFailed job3',
    ]);
    assert.equal(statusOf(story.state as DeploymentState), 'retired');
    story.request(4, 40).claim(41).succeed(2, 42);
    assert.equal(story.serving, '1.0.4');
  });
});
