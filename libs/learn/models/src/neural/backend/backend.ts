import type { Graph, Value } from '../graph/graph.js';

export const BACKEND_NAMES = ['tensorflow-gpu', 'tensorflow', 'wasm'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

/** What a run of a program does to a weight, once its gradient is known: a step of AdamW, in place. */
export interface WeightUpdate {
  /** The name of the weight; its moments are the weights `<name>/m` and `<name>/v`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly gradient: Value;
  readonly decay: number;
}

/** What can be run: the outputs to fetch, and the updates that happen with it. */
export interface Program {
  readonly outputs: readonly Value[];
  readonly updates?: readonly WeightUpdate[];
}

export type Feed = Float32Array | Int32Array;

/** Graphs made ready to run, with the weights they share. */
export interface Executable {
  /** Sets weights, by name; moments that are never set are unusable. */
  write(weights: ReadonlyMap<string, Float32Array>): void;
  /** The present values of weights, as copies. */
  read(names: readonly string[]): Map<string, Float32Array>;
  /** Runs a program, with the inputs by name; returns its outputs. Feeds are read before this returns and not kept. */
  run(program: string, feeds: Readonly<Record<string, Feed>>): Float32Array[];
  /** Frees all that it holds. */
  close(): void;
}

/** A library that learns. */
export interface Backend {
  readonly name: BackendName;
  /** Of the library, for model info and logs. */
  readonly version: string;
  /** The kind of graph it runs best. */
  readonly flavour: Graph['flavour'];
  compile(graph: Graph, programs: Readonly<Record<string, Program>>): Executable;
  /** Tensors that live in the library, for tests that look for leaks. */
  tensors(): number;
}

/** Decay rates of the moments and the guard against division by zero of Adam (Kingma and Ba 2015), the defaults of Keras and PyTorch. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
