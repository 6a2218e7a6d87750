import { readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 100;

/** Watches the children of a process (its workers) and keeps the most resident memory that any of them had. Linux only: elsewhere 0. */
export class PeakMemory {
  readonly #timer: NodeJS.Timeout;
  #most = 0;

  constructor(private readonly parent: number) {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** Bytes. */
  stop(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#most;
  }

  #look(): void {
    for (const child of childrenOf(this.parent)) {
      const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${child}/status`)) ?? [];
      this.#most = Math.max(this.#most, Number(kibibytes ?? 0) * 1024);
    }
  }
}

function childrenOf(parent: number): string[] {
  try {
    const threads = readdirSync(`/proc/${parent}/task`);
    return threads.flatMap((thread) => read(`/proc/${parent}/task/${thread}/children`).split(' ').filter(Boolean));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
