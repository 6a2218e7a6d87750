import type { Scale } from '@trainyard/features';
import type { OnnxGraph, Value } from '../graph.js';

/** The largest Float32: larger numbers are cut to it, as the pipeline does. */
const LARGEST = 3.4028234663852886e38;

/** Scales an `N x 1` double and fills in its missing values; gives float32. Computed in double, as the pipeline does. */
export function scaled(graph: OnnxGraph, value: Value, { shift, factor, fill }: Scale): Value {
  let result = value;
  if (shift !== 0) result = graph.node('Sub', [result, graph.doubles([shift], 1, 1)]);
  if (factor !== 1) result = graph.node('Mul', [result, graph.doubles([factor], 1, 1)]);
  const isMissing = graph.node('IsNaN', [value]);
  const missing = fill === null ? Number.NaN : (fill - shift) * factor;
  const limits = [-LARGEST, LARGEST].map((limit) => graph.doubles([limit]));
  const cut = graph.node('Max', [graph.node('Min', [result, limits[1]!]), limits[0]!]);
  return graph.cast(graph.node('Where', [isMissing, graph.doubles([missing], 1, 1), cut]), 'float');
}
