import { arrayOf, type ModelArtifact } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';

/** `trainyard.member-input`: what a member of an ensemble does to the ensemble's matrix before it predicts. */
export function memberInput(graph: OnnxGraph, artifact: ModelArtifact, x: Value): Value {
  const indicators = arrayOf(artifact, 'indicators', Int32Array);
  const [fill, shift, scale] = ['fill', 'shift', 'scale'].map((name) => arrayOf(artifact, name, Float64Array)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const prepared = (columns: readonly number[], value: Value): Value => {
    const row = (of: Float64Array): Value =>
      graph.doubles(
        columns.map((j) => of[j]!),
        1,
        columns.length,
      );
    const double = graph.cast(value, 'double');
    const filled = graph.node('Where', [graph.node('IsNaN', [double]), row(fill), double]);
    return graph.cast(graph.node('Div', [graph.node('Sub', [filled, row(shift)]), row(scale)]), 'float');
  };
  const all = [...indicators.keys()];
  if (indicators.every((width) => width === 0)) return prepared(all, x);
  const parts = all.map((j) => {
    const column = graph.columns(x, [j]);
    const width = indicators[j]!;
    if (width === 0) return prepared([j], column);
    const codes = graph.floats([...Array(width).keys()], 1, width);
    return graph.cast(graph.node('Equal', [column, codes]), 'float');
  });
  return graph.beside(parts);
}
