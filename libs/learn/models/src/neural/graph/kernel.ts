import type { Graph, KernelSetting, Shape, Value } from './graph.js';

/** Adds a node of TensorFlow's own (flavour `tensorflow`), which has no gradient here. */
export function kernel(
  graph: Graph,
  name: string,
  inputs: readonly Value[],
  shapes: readonly Shape[],
  settings: Readonly<Record<string, KernelSetting>> = {},
): readonly Value[] {
  return graph.add('kernel', inputs, shapes, { attributes: { name, settings } });
}

/** A 64-bit integer, for the kernels that want one. */
export const int64 = (graph: Graph, value: number): Value =>
  graph.one('int64', [], [], { attributes: { value }, trainable: false });
