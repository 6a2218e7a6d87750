import type { Graph, Value } from '../graph/graph.js';
import { slice } from '../graph/layout.js';

/** How a weight starts: see `initialise`. */
export type Start = 'glorot' | 'he' | 'orthogonal' | 'small' | 'zeros' | 'ones' | 'forget';

export interface WeightSpec {
  readonly shape: readonly number[];
  readonly start: Start;
  /** Columns of the whole that this weight is a part of, where the whole decides how its parts start. */
  readonly columns?: number;
}

/** Where layers are built: the graph, its weights and whether this is training. */
export interface Builder {
  readonly graph: Graph;
  /** Rows of a batch. */
  readonly batch: number;
  /** Where rows have steps that are padding: `(steps * batch) x 1`, 0 for those and 1 for the others. */
  readonly mask?: Value;
  /** Two int32 that differ for each run; absent where nothing is dropped. */
  readonly seed?: Value;
  /** The weight of that name, declared by its first use. */
  weight(name: string, shape: readonly number[], start: Start, columns?: number): Value;
}

/** What is to be learnt: how many steps, features a step and outputs a row there are. */
export interface NetworkShape {
  readonly steps: number;
  readonly features: number;
  readonly outputs: number;
  /** Whether rows may be shorter: then the first steps are padding, and a last column of the input says which. */
  readonly masked?: boolean;
}

/** Columns of the input: the features, and with padding the mask. */
export const inputsOf = ({ features, masked }: Pick<NetworkShape, 'features' | 'masked'>): number =>
  features + Number(masked ?? false);

/** From the input, time-major `(steps * batch) x features`, to one row of outputs a row of the batch, `batch x outputs`. */
export type Network = (builder: Builder, x: Value) => Value;

/** Builds a network into a graph and notes the weights it uses. */
export function buildNetwork(
  network: Network,
  graph: Graph,
  shape: Omit<NetworkShape, 'outputs'> & { readonly batch: number; readonly seed?: Value },
): { outputs: Value; weights: ReadonlyMap<string, WeightSpec> } {
  const { steps, features, masked = false, batch, seed } = shape;
  const weights = new Map<string, WeightSpec>();
  const given = graph.input('x', [steps * batch, inputsOf(shape)]);
  const builder: Builder = {
    graph,
    batch,
    ...(masked ? { mask: slice(graph, given, 1, features, 1) } : {}),
    ...(seed ? { seed } : {}),
    weight: (name, size, start, columns) => {
      weights.set(name, { shape: size, start, ...(columns === undefined ? {} : { columns }) });
      return graph.weight(name, size);
    },
  };
  return { outputs: network(builder, slice(graph, given, 1, 0, features)), weights };
}
