import { loadKernels } from './team/load-kernels.js';

/** A small memory with the kernels over it, for tests: each `place` call lays an array into it. */
export class TestMemory<Kernels> {
  readonly kernels: Kernels;
  private readonly memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
  private top = 1 << 16;

  constructor() {
    this.kernels = loadKernels<Kernels>(this.memory);
  }

  /** Address of `bytes` zeroed bytes. */
  reserve(bytes: number): number {
    const at = this.top;
    this.top += Math.ceil(bytes / 64) * 64;
    return at;
  }

  place(array: Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array): number {
    const at = this.reserve(array.byteLength);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(this.memory.buffer).set(bytes, at);
    return at;
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  doubles(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, length);
  }

  words(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length);
  }

  /** Packed 32 | 32 cells as [gradient, hessian] pairs. */
  packedCells(at: number, length: number): [number, number][] {
    const words = this.words(at, length * 2);
    return Array.from({ length }, (_, i) => [words[2 * i + 1]!, words[2 * i]! >>> 0]);
  }
}

/** Numbers in [0, 1) that are the same in every run. */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
