import { add } from './arithmetic.js';
import { type Graph, type GraphNode, sizeOf, type Value } from './graph.js';

/**
 * Adds the nodes that compute the derivatives of a scalar `loss` by each of `weights`, by walking the graph backwards (reverse
 * accumulation). Those of weights that the loss does not depend on, as what a network of one step would remember, are zeros.
 */
export function gradients(graph: Graph, loss: Value, weights: readonly Value[]): Value[] {
  const found = new Map<GraphNode, (Value | undefined)[]>();
  const collect = (value: Value, derivative: Value) => {
    const all = found.get(value.node) ?? [];
    const present = all[value.index];
    all[value.index] = present === undefined ? derivative : add(graph, present, derivative);
    found.set(value.node, all);
  };
  collect(loss, graph.scalar(1));
  for (let id = loss.node.id; id >= 0; id--) {
    const node = graph.nodes[id]!;
    const derivatives = found.get(node);
    if (derivatives === undefined || node.sources.length === 0) continue;
    const wanted = node.sources.map((source) => source.trainable);
    if (!wanted.includes(true)) continue;
    if (node.gradient === undefined) throw new TypeError(`the operation "${node.op}" has no gradient`);
    const outputs = node.outputs.map((_, index) => derivatives[index]);
    node.gradient(outputs, wanted).forEach((derivative, i) => {
      if (derivative !== undefined && wanted[i]) collect(node.sources[i]!, derivative);
    });
  }
  return weights.map(({ node, index, shape }) => {
    return found.get(node)?.[index] ?? graph.constant(new Float32Array(sizeOf(shape)), shape);
  });
}
