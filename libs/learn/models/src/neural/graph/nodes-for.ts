import type { Graph, GraphNode, Value } from './graph.js';

/** The nodes that these values are made of, in order. */
export function nodesFor(graph: Graph, wanted: readonly Value[]): GraphNode[] {
  const needed = new Set<GraphNode>();
  const open = wanted.map((value) => value.node);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (needed.has(node)) continue;
    needed.add(node);
    open.push(...node.inputs.map((input) => input.node));
  }
  return graph.nodes.filter((node) => needed.has(node));
}
