import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WasmBackend } from '../direct/wasm-backend.js';
import { graphLoss } from '../heads/graph-loss.js';
import { headOf } from '../heads/head.js';
import { numbers } from '../test-numbers.js';
import { dropout, relu, rsqrt, sigmoid, softmax, softplus, tanh } from './activations.js';
import { add, addBias, expand, matMul, mean, multiply, subtract, sum } from './arithmetic.js';
import { gradients } from './gradients.js';
import { Graph, sizeOf, type Value } from './graph.js';
import { concat, pad, reshape, slice, transpose } from './layout.js';
import { crossEntropy, squaredError } from './losses.js';

type Make = (graph: Graph, weight: (name: string, ...shape: number[]) => Value) => Value;

/** Of two values a row. */
function headFor(loss: 'gaussian_nll' | 'quantile') {
  const scale = { mean: Float64Array.of(0, 0), deviation: Float64Array.of(1, 1) };
  return headOf('regression', { loss, quantiles: [0.2, 0.5, 0.9] }, 0, 2, scale);
}

/** Every operation, of weights of small shapes. */
const CASES: Readonly<Record<string, Make>> = {
  'add of equal shapes': (g, w) => add(g, w('a', 3, 4), w('b', 3, 4)),
  'add of a row': (g, w) => add(g, w('a', 3, 4), w('b', 4)),
  'subtract, repeated in the middle': (g, w) => subtract(g, w('a', 3, 1, 4), w('b', 3, 2, 4)),
  'multiply by a column': (g, w) => multiply(g, w('a', 3, 4), w('b', 3, 1)),
  matMul: (g, w) => matMul(g, w('a', 3, 5), w('b', 5, 4)),
  'matMul, first transposed': (g, w) => matMul(g, w('a', 5, 3), w('b', 5, 4), { transposeA: true }),
  'matMul, second transposed': (g, w) => matMul(g, w('a', 3, 5), w('b', 4, 5), { transposeB: true }),
  'matMul, both transposed': (g, w) => matMul(g, w('a', 5, 3), w('b', 4, 5), { transposeA: true, transposeB: true }),
  'matMul of pairs': (g, w) => matMul(g, w('a', 2, 3, 5), w('b', 2, 4, 5), { transposeB: true }),
  addBias: (g, w) => addBias(g, w('a', 3, 4), w('b', 4)),
  'sum over the first axis': (g, w) => sum(g, w('a', 3, 4), [0]),
  'mean over the last axis, kept': (g, w) => mean(g, w('a', 3, 2, 4), [2], true),
  expand: (g, w) => expand(g, w('a', 3, 1), [2, 3, 4]),
  reshape: (g, w) => reshape(g, w('a', 3, 4), [2, 6]),
  transpose: (g, w) => transpose(g, w('a', 2, 3, 4), [2, 0, 1]),
  'slice of the first axis': (g, w) => slice(g, w('a', 5, 3), 0, 1, 3),
  'slice of the middle axis': (g, w) => slice(g, w('a', 3, 2, 4), 1, 1, 1),
  'slice of the last axis': (g, w) => slice(g, w('a', 3, 5), 1, 2, 2),
  pad: (g, w) => pad(g, w('a', 3, 4), 0, 2, 1),
  'concat along the last axis': (g, w) => concat(g, [w('a', 3, 2), w('b', 3, 3)], 1),
  relu: (g, w) => relu(g, w('a', 3, 4)),
  tanh: (g, w) => tanh(g, w('a', 3, 5)),
  sigmoid: (g, w) => sigmoid(g, w('a', 3, 5)),
  softplus: (g, w) => softplus(g, w('a', 3, 4)),
  rsqrt: (g, w) => rsqrt(g, add(g, multiply(g, w('a', 3, 4), w('a', 3, 4)), g.scalar(1))),
  softmax: (g, w) => softmax(g, w('a', 3, 5)),
  crossEntropy: (g, w) => crossEntropy(g, w('a', 4, 3), g.input('labels', [4], 'int')),
  squaredError: (g, w) => squaredError(g, w('a', 4, 3), w('b', 4, 3)),
  'Gaussian loss of two values': (g, w) => graphLoss(g, headFor('gaussian_nll'), w('a', 4, 4)),
  'pinball loss of two values': (g, w) => graphLoss(g, headFor('quantile'), w('a', 4, 6)),
  dropout: (g, w) => dropout(g, w('a', 5, 7), 0.4, g.input('seed', [2], 'int')),
};

const feeds = { labels: Int32Array.of(2, 0, 1, 1), seed: Int32Array.of(3, 8), target: numbers(5, 8) };

/** A loss that weighs every entry otherwise, and all derivatives. */
function build(make: Make) {
  const graph = new Graph('plain');
  const weights = new Map<string, Value>();
  const y = make(graph, (name, ...shape) => {
    const weight = graph.weight(name, shape);
    weights.set(name, weight);
    return weight;
  });
  const factors = graph.constant(numbers(9, sizeOf(y.shape)), y.shape);
  const axes = y.shape.map((_, i) => i);
  const loss = sum(graph, multiply(graph, y, factors), axes);
  const all = [...weights.values()];
  const outputs = [loss, ...gradients(graph, loss, all)];
  const program = new WasmBackend().compile(graph, { run: { outputs } });
  return { program, weights };
}

describe('operations', () => {
  for (const [name, make] of Object.entries(CASES)) {
    it(`${name}: the gradient is the slope of the loss`, () => {
      const { program, weights } = build(make);
      const values = new Map([...weights].map(([key, { shape }], i) => [key, numbers(i + 1, sizeOf(shape))]));
      const lossAt = (changed: ReadonlyMap<string, Float32Array>) => {
        program.write(changed);
        return program.run('run', feeds)[0]![0]!;
      };
      program.write(values);
      const [, ...slopes] = program.run('run', feeds);
      [...weights.keys()].forEach((key, w) => {
        const own = values.get(key)!;
        for (let i = 0; i < own.length; i++) {
          const moved = (by: number) => own.map((value, j) => (j === i ? value + by : value));
          const up = lossAt(new Map([...values, [key, moved(1 / 64)]]));
          const slope = 32 * (up - lossAt(new Map([...values, [key, moved(-1 / 64)]])));
          assert.ok(Math.abs(slopes[w]![i]! - slope) < 3e-3, `${key}[${i}]: ${slopes[w]![i]} and ${slope}`);
        }
      });
      program.close();
    });
  }
});
