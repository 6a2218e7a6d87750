import type { FeatureState, Pipeline } from '@trainyard/features';
import { dateColumns } from './encoders/date.js';
import { numericColumn } from './encoders/numeric.js';
import { oneHotColumns } from './encoders/one-hot.js';
import { ordinalColumn } from './encoders/ordinal.js';
import type { OnnxGraph, Value } from './graph.js';

function columnsOf(graph: OnnxGraph, state: FeatureState): Value[] {
  switch (state.kind) {
    case 'numeric':
      return [numericColumn(graph, state)];
    case 'date':
      return [dateColumns(graph, state)];
    case 'ordinal':
      return [ordinalColumn(graph, state)];
    case 'onehot':
      return [oneHotColumns(graph, state)];
    case 'ignored':
      return [];
  }
}

/** The whole preparation as nodes: one input `N x 1` a feature in, the float32 matrix `N x f` of the model out. */
export function pipelineNodes(graph: OnnxGraph, pipeline: Pipeline): Value {
  return graph.beside(pipeline.toJSON().features.flatMap((state) => columnsOf(graph, state as FeatureState)));
}
