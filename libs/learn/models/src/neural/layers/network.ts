import type { Graph, Value } from '../graph/graph.js';

/** How a weight starts: see `initialise`. */
export type Start = 'glorot' | 'he' | 'orthogonal' | 'small' | 'zeros' | 'ones' | 'forget';

export interface WeightSpec {
  readonly shape: readonly number[];
  readonly start: Start;
}

/** Where layers are built: the graph, its weights and whether this is training. */
export interface Builder {
  readonly graph: Graph;
  /** Rows of a batch. */
  readonly batch: number;
  /** Two int32 that differ for each run; absent where nothing is dropped. */
  readonly seed?: Value;
  /** The weight of that name, declared by its first use. */
  weight(name: string, shape: readonly number[], start: Start): Value;
}

/** What is to be learnt: how many steps, features a step and outputs a row there are. */
export interface NetworkShape {
  readonly steps: number;
  readonly features: number;
  readonly outputs: number;
}

/** From the input, time-major `(steps * batch) x features`, to one row of outputs a row of the batch, `batch x outputs`. */
export type Network = (builder: Builder, x: Value) => Value;

/** Builds a network into a graph and notes the weights it uses. */
export function buildNetwork(
  network: Network,
  graph: Graph,
  { steps, features, batch, seed }: { steps: number; features: number; batch: number; seed?: Value },
): { outputs: Value; weights: ReadonlyMap<string, WeightSpec> } {
  const weights = new Map<string, WeightSpec>();
  const x = graph.input('x', [steps * batch, features]);
  const builder: Builder = {
    graph,
    batch,
    ...(seed ? { seed } : {}),
    weight: (name, shape, start) => {
      weights.set(name, { shape, start });
      return graph.weight(name, shape);
    },
  };
  return { outputs: network(builder, x), weights };
}
