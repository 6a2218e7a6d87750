import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessMetrics } from '../ports.js';
import type { FromChild, ToChild } from './protocol.js';

/** Why a task ended without a result: its own error, a crash, a kill, or more memory than it may have. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';

  constructor(
    readonly code: string,
    message: string,
    readonly retriable: boolean,
    /** Where it went wrong in the process. */
    stack?: string,
  ) {
    super(message);
    if (stack) this.stack = stack;
  }
}

export interface ProcessPoolOptions {
  /** The module a worker process runs; it calls `serveTasks`. */
  readonly module: URL;
  readonly env?: NodeJS.ProcessEnv;
  /** Idle processes kept warm (their number never exceeds what ran at once). */
  readonly keepWarm: number;
  /** A process is replaced after this many tasks, so that nothing leaks for ever (default 200). */
  readonly tasksPerProcess?: number;
  readonly metrics?: ProcessMetrics | undefined;
}

export interface TaskOptions {
  /** Aborting asks the task to stop and kills its process two seconds later. */
  readonly signal: AbortSignal;
  /** Resident memory above which the process is killed (MiB). */
  readonly memoryMb?: number | null;
  /** What the task reports while it runs. */
  readonly onNote?: (note: unknown) => void;
  /** Each sign of life. */
  readonly onBeat?: () => void;
}

interface Member {
  readonly child: ChildProcess;
  tasks: number;
  /** What it took when it was up, before its first task (MiB); undefined until then. */
  freshMb: number | undefined;
  /** CPU time it has told of, in seconds. */
  cpu: number;
}

const KILL_AFTER_MS = 2000;
const MEMORY_CHECK_MS = 250;
/** A process that starts loads its modules and says nothing meanwhile: on a busy machine for longer than a lease. */
const START_BEAT_MS = 500;
const MOST_START_MS = 60_000;
/** The share of a task's memory that what earlier tasks left in its process may take. */
const LEFT_OVER = 0.25;

/**
 * Runs tasks in child processes, one at a time each, and keeps them warm. Whatever a task does to its process (a crash,
 * an endless loop, all the memory), it fails alone.
 */
export class ProcessPool {
  private readonly idle: Member[] = [];
  private readonly members = new Set<Member>();
  private closed = false;

  private readonly unmeasure: () => void;

  constructor(private readonly options: ProcessPoolOptions) {
    this.unmeasure = options.metrics?.processes(() => this.measure()) ?? (() => {});
  }

  /** Starts processes ahead of the first task, so that it does not wait for one. */
  warm(): void {
    while (this.idle.length < this.options.keepWarm) this.idle.push(this.spawn());
  }

  /** @throws TaskFailure */
  async run(task: unknown, options: TaskOptions): Promise<unknown> {
    if (this.closed) throw new TaskFailure('STOPPING', 'the service is stopping', true);
    const member = this.take(options.memoryMb);
    member.tasks++;
    try {
      const result = await this.attend(member, task, options);
      this.giveBack(member);
      return result;
    } catch (error) {
      const usable =
        error instanceof TaskFailure &&
        error.code !== 'WORKER_CRASHED' &&
        member.child.connected &&
        !options.signal.aborted;
      if (usable && member.child.exitCode === null && member.child.signalCode === null && !member.child.killed)
        this.giveBack(member);
      else this.discard(member);
      throw error;
    }
  }

  /** Kills every process. */
  close(): void {
    this.closed = true;
    this.unmeasure();
    for (const member of this.members) member.child.kill('SIGKILL');
    this.members.clear();
    this.idle.length = 0;
  }

  private measure(): { busy: number; idle: number; residentBytes: number } {
    const resident = [...this.members].reduce((sum, { child }) => sum + residentMb(child.pid), 0);
    const idle = this.idle.length;
    return { busy: this.members.size - idle, idle, residentBytes: resident * 2 ** 20 };
  }

  private countCpu(member: Member, seconds: number): void {
    this.options.metrics?.workerCpu(seconds - member.cpu);
    member.cpu = seconds;
  }

  /** A process for a task. One that earlier tasks have filled is replaced when the task's memory is limited. */
  private take(memoryMb: number | null | undefined): Member {
    const member = this.idle.pop() ?? this.spawn();
    if (!memoryMb || member.tasks === 0) return member;
    const { freshMb = 0 } = member;
    // Where nobody tells what it takes now, it is 0.
    if (freshMb > 0 && residentMb(member.child.pid) - freshMb <= memoryMb * LEFT_OVER) return member;
    this.discard(member);
    return this.spawn();
  }

  private spawn(): Member {
    const child = fork(this.options.module, [], {
      env: { ...process.env, ...this.options.env },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const member: Member = { child, tasks: 0, freshMb: undefined, cpu: 0 };
    this.members.add(member);
    child.on('error', () => this.forget(member));
    child.once('exit', () => this.forget(member));
    child.once('message', () => {
      member.freshMb = residentMb(child.pid);
    });
    return member;
  }

  private forget(member: Member): void {
    this.members.delete(member);
    const at = this.idle.indexOf(member);
    if (at >= 0) this.idle.splice(at, 1);
  }

  private giveBack(member: Member): void {
    const worn = member.tasks >= (this.options.tasksPerProcess ?? 200);
    if (this.closed || worn || this.idle.length >= this.options.keepWarm) this.discard(member);
    else this.idle.push(member);
  }

  private discard(member: Member): void {
    this.forget(member);
    member.child.kill('SIGKILL');
  }

  private attend(member: Member, task: unknown, { signal, memoryMb, onNote, onBeat }: TaskOptions): Promise<unknown> {
    const { child } = member;
    return new Promise((resolve, reject) => {
      let killer: NodeJS.Timeout | undefined;
      const watch = memoryMb
        ? setInterval(() => residentMb(child.pid) > memoryMb && overMemory(memoryMb), MEMORY_CHECK_MS)
        : undefined;
      const startedAt = performance.now();
      const starting = setInterval(() => {
        const up = member.freshMb !== undefined || performance.now() - startedAt > MOST_START_MS;
        if (up) clearInterval(starting);
        else onBeat?.();
      }, START_BEAT_MS);
      const finish = (settle: () => void) => {
        clearTimeout(killer);
        clearInterval(starting);
        clearInterval(watch);
        child.off('message', hear);
        child.off('exit', exited);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const fail = (code: string, message: string, retriable: boolean, stack?: string) =>
        finish(() => reject(new TaskFailure(code, message, retriable, stack)));
      const die = (code: string, message: string, retriable: boolean) => {
        // One that was told to stop ends as it should.
        if (!signal.aborted) this.options.metrics?.workerEnded(code);
        fail(code, message, retriable);
      };
      const overMemory = (limit: number) => {
        child.kill('SIGKILL');
        die(
          'OUT_OF_MEMORY',
          `the attempt used more than ${limit} MiB; raise resources.memoryMb or train on fewer rows`,
          false,
        );
      };
      const hear = (message: FromChild) => {
        onBeat?.();
        if ('cpu' in message) this.countCpu(member, message.cpu);
        if (message.type === 'note') onNote?.(message.note);
        else if (message.type === 'beat' && memoryMb && message.rss > memoryMb * 2 ** 20) overMemory(memoryMb);
        else if (message.type === 'done') finish(() => resolve(message.result));
        else if (message.type === 'failed') fail(message.code, message.message, message.retriable, message.stack);
      };
      const exited = (code: number | null, signalName: string | null) =>
        die('WORKER_CRASHED', `the worker process ended (${signalName ?? `code ${code}`}) before its task did`, true);
      const abort = () => {
        if (child.connected) child.send({ type: 'abort' } satisfies ToChild, () => {});
        killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      };
      child.on('message', hear);
      child.once('exit', exited);
      if (child.exitCode !== null || child.signalCode !== null) return exited(child.exitCode, child.signalCode);
      signal.addEventListener('abort', abort, { once: true });
      child.send({ type: 'run', task } satisfies ToChild, (error) => error && exited(null, 'SIGPIPE'));
      if (signal.aborted) abort();
    });
  }
}

/** Resident memory of a process where /proc tells it (MiB), else 0: then only the process's own reports count. */
function residentMb(pid: number | undefined): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return (pages * 4096) / 2 ** 20;
  } catch {
    return 0;
  }
}
