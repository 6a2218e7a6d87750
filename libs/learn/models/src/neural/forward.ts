import { DirectProgram } from './direct/direct-program.js';
import { Graph } from './graph/graph.js';
import { buildNetwork, inputsOf, type Network, type NetworkShape } from './layers/network.js';
import type { Samples } from './training/samples.js';

/** Rows at once where there are many. */
const BLOCK = 32;

/**
 * The forward pass of a fitted network by our own kernels: needs no library, and a row alone gets the very outputs that it gets
 * among others.
 */
export class Forward {
  private readonly programs = new Map<number, DirectProgram>();

  constructor(
    private readonly network: Network,
    private readonly shape: NetworkShape,
    private readonly weights: ReadonlyMap<string, Float32Array>,
  ) {}

  /** `count x outputs`. */
  run(samples: Samples): Float32Array {
    const { outputs: width, steps } = this.shape;
    const inputs = inputsOf(this.shape);
    const outputs = new Float32Array(samples.count * width);
    const rows = Uint32Array.from({ length: samples.count }, (_, i) => i);
    for (let from = 0; from < samples.count; ) {
      const left = samples.count - from;
      const batch = left >= BLOCK / 4 ? BLOCK : 1;
      const count = Math.min(batch, left);
      const x = new Float32Array(steps * batch * inputs);
      samples.gather(rows, from, count, batch, x);
      const [some] = this.program(batch).run('forward', { x });
      outputs.set(some!.subarray(0, count * width), from * width);
      from += count;
    }
    return outputs;
  }

  private program(batch: number): DirectProgram {
    let program = this.programs.get(batch);
    if (program === undefined) {
      const graph = new Graph('direct');
      const { outputs } = buildNetwork(this.network, graph, { ...this.shape, batch });
      program = new DirectProgram(graph, { forward: { outputs: [outputs] } });
      program.write(this.weights);
      this.programs.set(batch, program);
    }
    return program;
  }
}
