export type { Aggregate, Announcement, AnyAggregate, Command, Context, Wake } from './aggregate.js';
export { attemptCommands } from './attempt-commands.js';
export {
  type AttemptCommand,
  type AttemptEvent,
  type Attempts,
  decideAttempt,
  type Exhausted,
  evolveAttempts,
  expireLease,
  noAttempts,
  type Phase,
  type Refusal,
  refuseLate,
} from './attempts.js';
export { backoff } from './backoff.js';
export { type Clock, systemClock } from './clock.js';
export { Consumer, type Route, type Target } from './consumer.js';
export { type DeadLetter, deadLetters } from './dead-letter.js';
export { Contention, codeOf, Fenced, isRetriable, Rejection } from './errors.js';
export { type Failpoint, failpoint } from './failpoint.js';
export { type CommitListener, Flow } from './flow.js';
export { fence, isLive, type Lease } from './lease.js';
export type { FlowLog, FlowMetrics, FlowPorts, ProcessMetrics, WorkOutcome } from './ports.js';
export { ProcessPool, type ProcessPoolOptions, TaskFailure, type TaskOptions } from './process/process-pool.js';
export { serveTasks, type TaskContext } from './process/serve-tasks.js';
export type { PooledQueue, Queue, QueueMeasure } from './queue.js';
export type { AggregateRecord, OutboxEntry } from './record.js';
export { RunningService, type ServiceDefinition } from './service.js';
export type { Origin, Transition } from './transition.js';
export type { Work, WorkContext } from './work.js';
export { Worker, type WorkerOptions } from './worker.js';
