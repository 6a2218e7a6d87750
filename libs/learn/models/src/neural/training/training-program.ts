import type { Backend, Executable } from '../backend/backend.js';
import { relu, rsqrt } from '../graph/activations.js';
import { add, multiply, scale, subtract, sum } from '../graph/arithmetic.js';
import { gradients } from '../graph/gradients.js';
import { Graph, type Value } from '../graph/graph.js';
import { graphLoss } from '../heads/graph-loss.js';
import type { Head } from '../heads/head.js';
import { buildNetwork, type Network, type NetworkShape, type WeightSpec } from '../layers/network.js';
import { checkMemory } from './check-memory.js';

export interface TrainingProgramOptions {
  readonly network: Network;
  readonly shape: NetworkShape;
  readonly batch: number;
  readonly head: Head;
  /** Share of a weight that AdamW takes away, times the learning rate; of kernels, not of biases and scales. */
  readonly weightDecay: number;
  /** The longest that all gradients together may be; 0: no limit. */
  readonly clipNorm: number;
}

export interface TrainingProgram {
  readonly executable: Executable;
  readonly weights: ReadonlyMap<string, WeightSpec>;
}

/**
 * Two programs over the same weights. `learn`: inputs `x`, `target` (int labels or values; a score has none), `weight` (of each row of the batch,
 * 0 for rows that only fill it up), `seed`, `rate` and Adam's powers; gives the weighted sum of the losses and takes one step.
 * `evaluate`: `x` to the outputs `batch x outputs`, nothing dropped. Throws MEMORY_TOO_SMALL before anything is allocated.
 */
export function compileTraining(backend: Backend, options: TrainingProgramOptions): TrainingProgram {
  const { network, shape, batch, head } = options;
  const graph = new Graph(backend.flavour);
  const seed = graph.input('seed', [2], 'int');
  const { outputs, weights } = buildNetwork(network, graph, { ...shape, batch, seed });
  const losses = graphLoss(graph, head, outputs);
  const loss = sum(graph, multiply(graph, losses, graph.input('weight', [batch])), [0]);
  const names = [...weights.keys()];
  const slopes = clip(
    graph,
    gradients(
      graph,
      loss,
      names.map((name) => graph.weight(name, weights.get(name)!.shape)),
    ),
    options.clipNorm,
  );
  const updates = names.map((name, i) => {
    const { shape: size } = weights.get(name)!;
    return { name, shape: size, gradient: slopes[i]!, decay: size.length > 1 ? options.weightDecay : 0 };
  });
  const { outputs: quiet } = buildNetwork(network, graph, { ...shape, batch });
  const programs = { learn: { outputs: [loss], updates }, evaluate: { outputs: [quiet] } };
  checkMemory(graph, programs.learn, batch, backend.name);
  return { executable: backend.compile(graph, programs), weights };
}

/** Shortens all gradients by one factor when together they are longer than `limit` (Pascanu et al. 2013). */
function clip(graph: Graph, slopes: readonly Value[], limit: number): readonly Value[] {
  if (limit === 0) return slopes;
  const squares = slopes.map((slope) =>
    sum(
      graph,
      multiply(graph, slope, slope),
      slope.shape.map((_, axis) => axis),
    ),
  );
  const total = squares.reduce((all, square) => add(graph, all, square));
  const most = graph.scalar(limit ** 2);
  // limit / max(limit, length), by max(a, b) = b + relu(a - b).
  const factor = scale(graph, rsqrt(graph, add(graph, most, relu(graph, subtract(graph, total, most)))), limit);
  return slopes.map((slope) => multiply(graph, slope, factor));
}
