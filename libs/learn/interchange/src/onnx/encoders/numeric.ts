import type { NumericState } from '@trainyard/features';
import type { OnnxGraph, Value } from '../graph.js';
import { scaled } from './scale.js';

/** A column of floats, NaN where missing; a boolean is 0 or 1. */
export function numericColumn(graph: OnnxGraph, { name, scale }: NumericState): Value {
  const input = graph.input(name, 'float');
  if (scale.shift === 0 && scale.factor === 1 && scale.fill === null) return input;
  return scaled(graph, graph.cast(input, 'double'), scale);
}
