import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Aggregate, collectionOf, type Wake } from './aggregate.js';
import { attemptCommands } from './attempt-commands.js';
import {
  type AttemptCommand,
  type AttemptEvent,
  type Attempts,
  decideAttempt,
  type Exhausted,
  evolveAttempts,
  expireLease,
  noAttempts,
  type Phase,
  refuseLate,
} from './attempts.js';
import { LeaseLost } from './errors.js';
import { Flow } from './flow.js';
import type { FlowPorts } from './ports.js';
import { eventually, testPorts } from './testing/ports.js';
import type { Work, WorkContext } from './work.js';
import { Worker } from './worker.js';

/** The smallest leased work. */
interface ErrandState extends Attempts {
  readonly status: 'waiting' | 'running' | 'completed' | 'failed';
  readonly code?: string;
}
type ErrandCommand = AttemptCommand | { readonly type: 'Ask' } | { readonly type: 'Succeed'; readonly attempt: number };
type ErrandEvent =
  | AttemptEvent
  | Exhausted
  | { readonly type: 'Asked'; readonly at: number }
  | { readonly type: 'Done' };

const phaseOf = ({ status }: ErrandState): Phase => (status === 'completed' || status === 'failed' ? 'other' : status);

const errand: Aggregate<ErrandState, ErrandCommand, ErrandEvent> = {
  name: 'Errand',
  fields: { waiting: 'number' },
  indexes: [['waiting']],
  decide: (state, command, { now }) => decide(state, command, now),
  evolve,
  announce: () => [],
  index: ({ status }) => ({ waiting: status === 'waiting' ? 1 : 0 }),
  wakeAt: ({ lease }) => lease?.expiresAt ?? null,
};

function decide(state: ErrandState | undefined, command: ErrandCommand | Wake, now: number): ErrandEvent[] {
  if (command.type === 'Ask') return [{ type: 'Asked', at: now }];
  if (!state) return [];
  const phase = phaseOf(state);
  if (command.type === 'Wake') return expireLease(phase, state, now);
  if (command.type === 'Succeed') return refuseLate(phase, state, command, now) ?? [{ type: 'Done' }];
  return decideAttempt(phase, state, command, now);
}

function evolve(before: ErrandState | undefined, event: ErrandEvent): ErrandState {
  if (event.type === 'Asked') return { ...noAttempts(event.at), status: 'waiting' };
  const state = before as ErrandState;
  switch (event.type) {
    case 'Done':
      return { ...state, status: 'completed', lease: undefined };
    case 'Failed':
      return { ...state, status: 'failed', lease: undefined, code: event.code };
    case 'Claimed':
      return { ...evolveAttempts(state, event), status: 'running' };
    case 'Released':
    case 'AttemptFailed':
      return { ...evolveAttempts(state, event), status: 'waiting' };
    default:
      return evolveAttempts(state, event);
  }
}

function workOf(execute: (context: WorkContext) => Promise<void>): Work<ErrandState> {
  return {
    ...attemptCommands,
    kind: 'errand',
    aggregate: errand,
    waiting: () => ({ where: { waiting: 1 }, orderBy: [['waiting', 'asc']] }),
    leaseOf: ({ lease }) => lease,
    execute: async (_id, _state, context) => {
      await execute(context);
      return { type: 'Succeed', attempt: context.attempt } as ErrandCommand;
    },
  };
}

const aborted = ({ signal }: WorkContext) =>
  new Promise<never>((_resolve, reject) => {
    const stop = () => reject(Object.assign(new Error('reading was cancelled'), { code: 'ABORTED' }));
    signal.addEventListener('abort', stop, { once: true });
  });

describe('a worker', () => {
  test('an attempt that was aborted for its silence is tried again, whatever error the abort made of it', async (t) => {
    const { ports } = await testPorts();
    await ports.store.open([collectionOf(errand)]);
    const flow = new Flow(ports);
    await flow.handle(errand, 'e', { type: 'Ask' });
    const work = workOf((context) => (context.attempt === 1 ? aborted(context) : Promise.resolve()));
    const worker = new Worker(flow, [work], { pool: 'test', worker: 'w', slots: 1, leaseMs: 90, pollMs: 10 });
    worker.start();
    t.after(() => worker.stop());
    const state = async () => (await flow.load<ErrandState>(errand, 'e'))?.state;
    await eventually(async () => ['completed', 'failed'].includes((await state())?.status ?? ''), 10_000);
    const { status, attempts, failures } = (await state()) as ErrandState;
    assert.deepEqual({ status, attempts, failures }, { status: 'completed', attempts: 2, failures: 1 });
  });

  test('an error of the work itself, while its lease is held, ends it', async (t) => {
    const { ports } = await testPorts();
    await ports.store.open([collectionOf(errand)]);
    const flow = new Flow(ports);
    await flow.handle(errand, 'e', { type: 'Ask' });
    const work = workOf(() => Promise.reject(Object.assign(new Error('no such column'), { code: 'COLUMN_NOT_FOUND' })));
    const worker = new Worker(flow, [work], { pool: 'test', worker: 'w', slots: 1, leaseMs: 1000, pollMs: 10 });
    worker.start();
    t.after(() => worker.stop());
    await eventually(async () => (await flow.load<ErrandState>(errand, 'e'))?.state.status === 'failed');
    assert.equal((await flow.load<ErrandState>(errand, 'e'))?.state.code, 'COLUMN_NOT_FOUND');
  });

  test('a bug is logged with its stack, a failure that the asker can read with its code alone', async (t) => {
    const lines: Record<string, unknown>[] = [];
    const write = (level: string) => (fields: object, message: string) =>
      void lines.push({ level, message, ...fields });
    const log = { info: write('info'), warn: write('warn'), error: write('error') };
    const { ports } = await testPorts({ log });
    await ports.store.open([collectionOf(errand)]);
    const flow = new Flow(ports);
    const bug = new TypeError('x is not a function');
    const failures = [bug, Object.assign(new Error('row 7 is wrong'), { code: 'FEATURE_INVALID' })];
    const work = workOf(() => Promise.reject(failures.shift()));
    for (const id of ['a', 'b']) await flow.handle(errand, id, { type: 'Ask' });
    const worker = new Worker(flow, [work], { pool: 'test', worker: 'w', slots: 1, leaseMs: 5000, pollMs: 10 });
    worker.start();
    t.after(() => worker.stop());
    await eventually(() => lines.length === 2);
    const told = lines.map(({ id: _, ...line }) => line);
    assert.deepEqual(told, [
      { level: 'error', message: 'an attempt failed for no known reason', kind: 'errand', attempt: 1, error: bug },
      { level: 'info', message: 'an attempt failed', kind: 'errand', attempt: 1, code: 'FEATURE_INVALID' },
    ]);
  });

  test('an attempt that its worker gives up is not counted as a lease that ran out without a word', async () => {
    let expired = 0;
    const metrics = { leaseExpired: () => expired++ } as unknown as NonNullable<FlowPorts['metrics']>;
    const { ports } = await testPorts({ metrics });
    await ports.store.open([collectionOf(errand)]);
    const flow = new Flow(ports);
    const claim = async (id: string) => {
      await flow.handle(errand, id, { type: 'Ask' });
      await flow.handle(errand, id, attemptCommands.claim('w', 1));
    };
    await claim('given-up');
    await flow.handle(errand, 'given-up', attemptCommands.failed(1, new LeaseLost()));
    assert.equal(expired, 0);
    await claim('silent');
    await eventually(async () => {
      await flow.handle(errand, 'silent', { type: 'Wake' });
      return expired > 0;
    });
    assert.equal(expired, 1);
  });
});
