import assert from 'node:assert/strict';
import type { EventType, Message } from '@trainyard/contracts';
import type { Simulation } from '@trainyard/flow/simulator';
import type { JobViewState } from '@trainyard/gateway-service';
import type { ModelState } from '@trainyard/registry-service';
import type { DeploymentState } from '@trainyard/serving-service';
import type { JobState } from '@trainyard/training-service';
import type { Ledger } from './executors.js';
import { codec } from './processes.js';
import type { Accepted } from './workload.js';

const terminal = new Set(['completed', 'failed', 'cancelled']);
export const collections = [
  'TrainingJob',
  'TrainingTrial',
  'Study',
  'Evaluation',
  'Model',
  'Deployment',
  'JobView',
] as const;

/** All states of one collection, read past the faults. */
export async function states<S>(simulation: Simulation, collection: string): Promise<Map<string, S>> {
  const documents = await simulation.world.store.find(collection, { limit: 100_000 }).catch(() => []);
  return new Map(documents.map(({ id, body }) => [id, (body as { state: S }).state]));
}

/** Outbox entries that nobody has published yet. */
export async function owed(simulation: Simulation): Promise<number> {
  let count = 0;
  for (const collection of collections) {
    const documents = await simulation.world.store.find(collection, { limit: 100_000 }).catch(() => []);
    for (const { body } of documents) count += (body as { outbox: unknown[] }).outbox.length;
  }
  return count;
}

/** What must hold after everything has healed, whatever went wrong before. */
export async function checkInvariants(
  simulation: Simulation,
  accepted: readonly Accepted[],
  ledger: Ledger,
): Promise<void> {
  const jobs = await states<JobState>(simulation, 'TrainingJob');
  const facts = await distinctFacts(simulation);
  assert.equal(await owed(simulation), 0, 'the outboxes drain');
  for (const { jobId, expects } of accepted) {
    const job = jobs.get(jobId);
    assert.ok(job && terminal.has(job.status), `${jobId} ends: ${job?.status}`);
    if (expects !== 'any' && !exhausted(job))
      assert.equal(job.status, expects, `${jobId}: ${JSON.stringify(job.failure)}`);
    const ends = facts.filter(
      ({ type, key }) => key === jobId && ['JobCompleted', 'JobFailed', 'JobCancelled'].includes(type),
    );
    assert.equal(ends.length, 1, `${jobId} tells of one end, not of ${ends.map(({ type }) => type)}`);
    assert.ok(
      facts.filter(({ type, key }) => key === jobId && type === 'TrainCompleted').length <= 1,
      `${jobId} is trained once`,
    );
  }
  assert.equal(jobs.size, accepted.length, 'nothing but what was asked for runs');
  for (const [attempt, times] of ledger) assert.equal(times, 1, `attempt ${attempt} ran once`);
  await checkModels(simulation, accepted, jobs);
  await checkViews(simulation, jobs);
}

/** Too many attempts died under the faults: the job ends with that reason, which is right. */
function exhausted({ status, failure }: JobState): boolean {
  return status === 'failed' && /after \d+ attempts/.test(failure?.message ?? '');
}

/** Versions are dense, one for each job that got so far, and made by the attempt that held the lease. */
async function checkModels(
  simulation: Simulation,
  accepted: readonly Accepted[],
  jobs: Map<string, JobState>,
): Promise<void> {
  const models = await states<ModelState>(simulation, 'Model');
  const versions = [...models.values()].flatMap((model) => model.versions);
  for (const { name, versions: own } of models.values()) {
    assert.deepEqual(
      own.map(({ ordinal }) => ordinal),
      own.map((_, index) => index + 1),
      `${name}'s versions are dense`,
    );
    assert.equal(new Set(own.map(({ version }) => version)).size, own.length, `${name}'s version names differ`);
  }
  for (const { jobId } of accepted) {
    const job = jobs.get(jobId) as JobState;
    const own = versions.filter((version) => version.jobId === jobId);
    if (job.status === 'completed') assert.equal(own.length, 1, `${jobId} has one version`);
    if (job.status === 'failed') assert.equal(own.length, 0, `${jobId} failed and has no version`);
    if (job.candidate) {
      assert.ok(
        !job.refusals.some(({ attempt }) => attempt === job.candidate?.attempt),
        `${jobId}: a refused attempt is not visible`,
      );
      assert.equal(job.candidate.attempt, job.attempts, `${jobId}: only the last attempt's result counts`);
    }
  }
  const deployments = await states<DeploymentState>(simulation, 'Deployment');
  for (const { jobId, deploys } of accepted) {
    const job = jobs.get(jobId) as JobState;
    if (job.status !== 'completed' || !deploys) continue;
    const { active } = deployments.get(`${job.model?.id}:production`) ?? {};
    assert.ok(active && active.ordinal >= 1, `${jobId}'s model serves`);
  }
}

/** What users are shown is what happened. */
async function checkViews(simulation: Simulation, jobs: Map<string, JobState>): Promise<void> {
  const views = await states<JobViewState>(simulation, 'JobView');
  for (const [jobId, job] of jobs) {
    const view = views.get(jobId);
    assert.equal(view?.stage, job.status, `${jobId} is shown as it is`);
    assert.deepEqual(
      view?.history.map(({ seq }) => seq),
      view?.history.map((_, index) => (view.history[0]?.seq ?? 1) + index),
    );
  }
}

async function distinctFacts(simulation: Simulation): Promise<Message<EventType>[]> {
  const seen = new Map<string, Message>();
  for (const message of simulation.bus.log) {
    if (message.topic.endsWith('.dead'))
      throw new Error(`a dead letter: ${message.headers.dead_code} ${message.headers.dead_reason}`);
    const decoded = await codec.decode(message);
    seen.set(`${decoded.source}|${decoded.id}`, decoded);
  }
  return [...seen.values()];
}
