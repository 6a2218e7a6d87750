import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WasmBackend } from './direct/wasm-backend.js';
import { Graph, sizeOf } from './graph/graph.js';
import { buildNetwork } from './layers/network.js';
import type { NeuralParams } from './neural-model.js';
import { tcnArchitecture } from './tcn.js';
import { numbers } from './test-numbers.js';

type Weights = ReadonlyMap<string, Float32Array>;

/** Every output of every step, as the paper has it: `x[t]` are a row's features at step t. */
function dilated(x: number[][], weights: Weights, levels: number, width: number, filters: number): number[] {
  const product = (h: number[], w: Float32Array, from: number, out: number[]) =>
    h.forEach((value, i) => {
      for (let f = 0; f < filters; f++) out[f]! += value * w[(from + i) * filters + f]!;
    });
  const convolve = (name: string, h: number[][], dilation: number) =>
    h.map((_, t) => {
      const out = [...weights.get(`${name}/bias`)!];
      for (let tap = 0; tap < width; tap++) {
        const seen = h[t - (width - 1 - tap) * dilation];
        if (seen) product(seen, weights.get(`${name}/kernel`)!, tap * seen.length, out);
      }
      return out.map((value) => Math.max(0, value));
    });
  let h = x;
  for (let level = 0; level < levels; level++) {
    const first = convolve(`level${level}/a`, h, 2 ** level);
    const inner = convolve(`level${level}/b`, first, 2 ** level);
    h = inner.map((values, t) => {
      let skipped = h[t]!;
      if (skipped.length !== filters) {
        skipped = [...weights.get(`level${level}/skip/bias`)!];
        product(h[t]!, weights.get(`level${level}/skip/kernel`)!, 0, skipped);
      }
      return values.map((value, f) => Math.max(0, value + skipped[f]!));
    });
  }
  return h.at(-1)!;
}

describe('a network of causal convolutions that computes what the last step depends on', () => {
  for (const [steps, width] of [
    [1, 2],
    [7, 3],
    [12, 1],
    [30, 2],
  ] as const) {
    it(`gives what dilated convolutions of all ${steps} steps give, filters of ${width}`, () => {
      const [batch, features, filters, levels] = [2, 3, 4, 3];
      const params = { num_filters: filters, kernel_size: width, num_levels: levels, dropout: 0 };
      const graph = new Graph('direct');
      const network = tcnArchitecture.network(params as unknown as NeuralParams & typeof params, {
        ...{ steps, features, outputs: filters },
      });
      const { outputs, weights: specs } = buildNetwork(network, graph, { steps, features, batch });
      const weights = new Map([...specs].map(([name, { shape }], i) => [name, numbers(i + 1, sizeOf(shape))]));
      const identity = Float32Array.from({ length: filters ** 2 }, (_, i) => Number(i % (filters + 1) === 0));
      weights.set('output/kernel', identity).set('output/bias', new Float32Array(filters));
      const x = numbers(99, steps * batch * features);
      const program = new WasmBackend().compile(graph, { run: { outputs: [outputs] } });
      program.write(weights);
      const [given] = program.run('run', { x });
      program.close();
      for (let row = 0; row < batch; row++) {
        const own = Array.from({ length: steps }, (_, t) => {
          const at = (t * batch + row) * features;
          return [...x.subarray(at, at + features)];
        });
        dilated(own, weights, levels, width, filters).forEach((value, f) => {
          const got = given![row * filters + f]!;
          assert.ok(Math.abs(got - value) < 1e-4 * Math.max(1, Math.abs(value)), `row ${row}: ${got}, ${value}`);
        });
      }
    });
  }
});
