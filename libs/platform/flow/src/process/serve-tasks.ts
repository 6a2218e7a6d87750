import { codeOf, isRetriable } from '../errors.js';
import type { FromChild, ToChild } from './protocol.js';

const BEAT_MS = 500;

/** What a task is given inside its worker process. */
export interface TaskContext {
  readonly signal: AbortSignal;
  /** Tells the parent something while the task runs. Resolves when it was handed over. */
  readonly note: (note: unknown) => Promise<void>;
}

/** The body of a worker process: runs one task after the other until the parent goes away. */
export function serveTasks(run: (task: never, context: TaskContext) => Promise<unknown>): void {
  let running: AbortController | undefined;
  const send = (message: FromChild) =>
    new Promise<void>((resolve) =>
      process.connected ? process.send?.(message, undefined, {}, () => resolve()) : resolve(),
    );
  setInterval(
    () => running && void send({ type: 'beat', rss: process.memoryUsage.rss(), cpu: cpuSeconds() }),
    BEAT_MS,
  ).unref();
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('message', async (message: ToChild) => {
    if (message.type === 'abort') return running?.abort();
    running = new AbortController();
    try {
      const result = await run(message.task as never, {
        signal: running.signal,
        note: (note) => send({ type: 'note', note }),
      });
      running = undefined;
      await send({ type: 'done', result, cpu: cpuSeconds() });
    } catch (error) {
      running = undefined;
      const { message: text, stack } = error instanceof Error ? error : new Error(String(error));
      const code = codeOf(error);
      await send({
        type: 'failed',
        code,
        message: text,
        retriable: isRetriable(error),
        // The parent logs it: within the trace, and in the form of all other lines.
        ...(code === 'INTERNAL' && stack ? { stack } : {}),
        cpu: cpuSeconds(),
      });
    }
  });
  void send({ type: 'up' });
}

/** CPU time of this process, all threads. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
