import { Arena } from '../prediction/arena.js';
import type { NeuralKernels } from './kernels.js';

/** The memory that all networks of a thread share. */
let arena: Arena<NeuralKernels> | undefined;

/** A piece of a thread's memory for neural networks, with the kernels that work in it. */
export class TensorMemory {
  readonly kernels: NeuralKernels;
  /** Address of the piece, a multiple of 64. */
  readonly start: number;
  private readonly arena: Arena<NeuralKernels>;

  /** `bytes` of it, zeroed. Throws RangeError when the memory is full. */
  constructor(bytes: number) {
    arena ??= new Arena();
    this.arena = arena;
    this.kernels = arena.kernels;
    this.start = arena.take(bytes);
    arena.floats.fill(0, this.start / 4, this.start / 4 + Math.ceil(bytes / 4));
    registry.register(this, this.start, this);
  }

  /** The whole memory as numbers: it is replaced when the memory grows, so take it anew before each use. */
  get floats(): Float32Array {
    return this.arena.floats;
  }

  /** Gives the piece back. */
  free(): void {
    registry.unregister(this);
    this.arena.give(this.start);
  }
}

/** Frees pieces whose network nobody holds any more. */
const registry = new FinalizationRegistry<number>((piece) => arena?.give(piece));
