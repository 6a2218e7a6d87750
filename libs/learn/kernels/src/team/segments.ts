/** Where the segments lie, and for how many threads. */
interface SegmentedLayout {
  readonly segments: number;
  readonly shape: { readonly threads: number };
}

/** Which rows of `order` belong to a leaf on each thread: [start, count) pairs, leaf by leaf, thread by thread, in shared memory. */
export class Segments {
  private readonly words: Int32Array;
  private readonly threads: number;
  private readonly first: number;

  constructor({ segments, shape }: SegmentedLayout, memory: WebAssembly.Memory) {
    this.words = new Int32Array(memory.buffer);
    this.threads = shape.threads;
    this.first = segments >>> 2;
  }

  start(leaf: number, thread: number): number {
    return this.words[this.at(leaf, thread)]!;
  }

  count(leaf: number, thread: number): number {
    return this.words[this.at(leaf, thread) + 1]!;
  }

  set(leaf: number, thread: number, start: number, count: number): void {
    const at = this.at(leaf, thread);
    this.words[at] = start;
    this.words[at + 1] = count;
  }

  /** Rows of a leaf on all threads. */
  rowsOf(leaf: number): number {
    let rows = 0;
    for (let t = 0; t < this.threads; t++) rows += this.count(leaf, t);
    return rows;
  }

  private at(leaf: number, thread: number): number {
    return this.first + (leaf * this.threads + thread) * 2;
  }
}
