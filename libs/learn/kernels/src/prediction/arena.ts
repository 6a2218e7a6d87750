import { loadKernels } from '../team/load-kernels.js';
import { createMemory } from '../team/memory.js';

const PAGE = 65_536;
/** Below lies the kernels' own data. */
const FIRST_ADDRESS = PAGE;
/** Most pages of a 32-bit memory. */
const MOST_PAGES = 65_536;

/**
 * One memory with many tenants: models that stay loaded, each in a piece of its own. A memory of its own for each model would
 * reserve gigabytes of addresses each time, and a process that serves many models would run out of them.
 */
export class Arena<Kernels> {
  readonly kernels: Kernels;
  /** Views of the whole memory. They are replaced when it grows: never keep one across `take`. */
  floats!: Float32Array;
  doubles!: Float64Array;
  words!: Uint32Array;
  shorts!: Int16Array;
  readonly memory = createMemory(2, MOST_PAGES);
  private top = FIRST_ADDRESS;
  /** Pieces in use and the holes between them, by address. */
  private readonly sizes = new Map<number, number>();
  private holes: { at: number; bytes: number }[] = [];

  constructor() {
    this.kernels = loadKernels<Kernels>(this.memory);
    this.renewViews();
  }

  /** Address of `bytes` bytes, a multiple of 64; what they hold is undefined. Throws RangeError when the memory is full. */
  take(bytes: number): number {
    const size = Math.max(64, Math.ceil(bytes / 64) * 64);
    let at = -1;
    for (let i = 0; i < this.holes.length && at < 0; i++) {
      const hole = this.holes[i]!;
      if (hole.bytes < size) continue;
      at = hole.at;
      if (hole.bytes === size) this.holes.splice(i, 1);
      else this.holes[i] = { at: at + size, bytes: hole.bytes - size };
    }
    if (at < 0) {
      this.reserve(this.top + size);
      at = this.top;
      this.top += size;
    }
    this.sizes.set(at, size);
    return at;
  }

  /** Frees what `take` gave. */
  give(at: number): void {
    const bytes = this.sizes.get(at);
    if (bytes === undefined) return;
    this.sizes.delete(at);
    this.holes.push({ at, bytes });
    this.holes.sort((a, b) => a.at - b.at);
    const merged: { at: number; bytes: number }[] = [];
    for (const hole of this.holes) {
      const last = merged.at(-1);
      if (last !== undefined && last.at + last.bytes === hole.at) last.bytes += hole.bytes;
      else merged.push({ ...hole });
    }
    const last = merged.at(-1);
    if (last !== undefined && last.at + last.bytes === this.top) {
      this.top = last.at;
      merged.pop();
    }
    this.holes = merged;
  }

  /** Bytes that pieces in use take. */
  get used(): number {
    let bytes = 0;
    for (const size of this.sizes.values()) bytes += size;
    return bytes;
  }

  private reserve(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    if (end > MOST_PAGES * PAGE) throw new RangeError('the models loaded on this thread take more than 4.2 GB');
    this.memory.grow(Math.ceil(missing / PAGE));
    this.renewViews();
  }

  private renewViews(): void {
    const { buffer } = this.memory;
    this.floats = new Float32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.words = new Uint32Array(buffer);
    this.shorts = new Int16Array(buffer);
  }
}
