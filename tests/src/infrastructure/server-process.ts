import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return (address as { port: number }).port;
}

/**
 * A server in its own process group. Should this process die, even by SIGKILL, a watcher ends the server too.
 */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #watcher: ChildProcess;
  readonly #log: string;

  /** @param log the file that gets what the server prints */
  constructor(command: string, args: readonly string[], log: string, environment: NodeJS.ProcessEnv = process.env) {
    this.#log = log;
    const output = openSync(log, 'a');
    this.#child = spawn(command, args, { detached: true, stdio: ['ignore', output, output], env: environment });
    closeSync(output);
    this.#child.unref();
    const onParentsDeath = `read line || kill -9 ${this.#child.pid}`;
    this.#watcher = spawn('sh', ['-c', onParentsDeath], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#watcher.unref();
    (this.#watcher.stdin as unknown as { unref(): void }).unref();
    // The watcher may be gone already; and a server that ended must not leave its number to be killed later.
    this.#watcher.stdin?.on('error', () => undefined);
    this.#child.once('exit', () => this.#watcher.stdin?.end('\n'));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What ended it: a signal's name or an exit code; undefined while it runs. */
  get endedBy(): NodeJS.Signals | number | undefined {
    return this.#child.signalCode ?? this.#child.exitCode ?? undefined;
  }

  /** What the server printed so far. */
  output(): string {
    return readFileSync(this.#log, 'utf8');
  }

  /** Asks the server whether it is ready until it is. Throws when it ended or the time is over. */
  async waitUntil(ready: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await ready())) {
      if (!this.running) throw new Error(`The server ended at once:\n${this.output().slice(-2000)}`);
      if (Date.now() > deadline) throw new Error(`The server was not ready in time:\n${this.output().slice(-2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Signals the process and waits for its end; one that does not end by itself is killed after 15 s. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.running) {
      const ended = once(this.#child, 'exit');
      this.#child.ref();
      this.#child.kill(signal);
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(timer);
    }
  }
}
