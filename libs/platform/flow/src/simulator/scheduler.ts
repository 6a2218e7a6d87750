interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: runs what is due, in order of time, and lets every promise settle in between. */
export class Scheduler {
  private readonly heap: Entry[] = [];
  private order = 0;
  now: number;
  steps = 0;

  constructor(start: number) {
    this.now = start;
  }

  at(time: number, run: () => void): void {
    this.push({ at: Math.max(Math.round(time), this.now), order: this.order++, run });
  }

  /** Runs until `done` or until nothing is left or `deadline` has passed; true when done. */
  async run(done: () => boolean, deadline: number): Promise<boolean> {
    for (;;) {
      const entry = this.pop();
      if (!entry || entry.at > deadline) return done();
      this.now = entry.at;
      this.steps++;
      entry.run();
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.steps % 16 === 0 && done()) return true;
    }
  }

  private push(entry: Entry): void {
    const { heap } = this;
    heap.push(entry);
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(heap[i] as Entry, heap[parent] as Entry)) return;
      [heap[i], heap[parent]] = [heap[parent] as Entry, heap[i] as Entry];
      i = parent;
    }
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      if (left >= heap.length) return first;
      const right = left + 1;
      const child = right < heap.length && before(heap[right] as Entry, heap[left] as Entry) ? right : left;
      if (!before(heap[child] as Entry, heap[i] as Entry)) return first;
      [heap[i], heap[child]] = [heap[child] as Entry, heap[i] as Entry];
      i = child;
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
