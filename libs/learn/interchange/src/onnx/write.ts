import { LearnError, predictsValues, type Task } from '@trainyard/data';
import type { Pipeline } from '@trainyard/features';
import type { ModelArtifact } from '@trainyard/models';
import { ML, OnnxGraph, type Value } from './graph.js';
import { modelNodes } from './models/index.js';
import { pipelineNodes } from './pipeline.js';

/** A trained model with its preparation, as a bundle holds them. */
export interface OnnxSource {
  readonly artifact: ModelArtifact;
  readonly pipeline: Pipeline;
  readonly task: Task;
  /** In the model's order; not for regression. */
  readonly classes?: readonly string[];
  /** What the target was: of numbers the label is int64 where all are whole, else text. */
  readonly targetKind?: 'text' | 'number' | 'boolean';
}

/**
 * The model and its preparation as one ONNX graph (IR 8, ai.onnx 17, ai.onnx.ml 3) from raw columns, as skl2onnx lays it out:
 * one input `N x 1` a feature, float (NaN is missing), double for dates (milliseconds since 1970 UTC), string for text
 * (empty is missing). Outputs: `label` (`N`) and `probabilities` (`N x k`) for classes, `value` (`N x 1`, or a column a target or
 * step) for regression and forecasts, with `deviation` or `quantiles` of networks that learnt them, `label` (`N`, the cluster's
 * number) for clustering, `label` (`N`, 1 for an anomaly) and `score` (`N x 1`) for anomalies.
 *
 * @throws LearnError OPTION_UNSUPPORTED when the model's family has no exporter
 */
export function toOnnx({ artifact, pipeline, task, classes = [], targetKind = 'text' }: OnnxSource): Uint8Array {
  const graph = new OnnxGraph();
  const {
    probabilities,
    value,
    width = 1,
    deviation,
    quantiles,
    score,
    index,
  } = modelNodes(graph, artifact, pipelineNodes(graph, pipeline));
  if (task === 'clustering') {
    const cluster = index ?? graph.node('ArgMax', [probabilities!], { axis: { int: 1 }, keepdims: { int: 0 } });
    graph.output(cluster, 'label', 'int64', ['N']);
    if (probabilities !== undefined) graph.output(probabilities, 'probabilities', 'float', ['N', 'K']);
  } else if (task === 'anomaly') {
    graph.output(index!, 'label', 'int64', ['N']);
    graph.output(score!, 'score', 'float', ['N', 1]);
  } else if (predictsValues(task)) {
    if (value === undefined) throw new LearnError('ARTIFACT_INVALID', 'This model gives no values.');
    graph.output(value, 'value', 'float', ['N', width]);
    if (deviation !== undefined) graph.output(deviation, 'deviation', 'float', ['N', width]);
    if (quantiles !== undefined) graph.output(quantiles, 'quantiles', 'float', ['N', width, 'Q']);
  } else {
    const axis = { axis: { int: 1 }, keepdims: { int: 0 } };
    const label = labels(graph, index ?? graph.node('ArgMax', [probabilities!], axis), classes, targetKind);
    graph.output(label.value, 'label', label.type, ['N']);
    if (probabilities !== undefined) graph.output(probabilities, 'probabilities', 'float', ['N', classes.length]);
  }
  return graph.encode('trainyard', { task, classes: JSON.stringify(classes), inputs: JSON.stringify(pipeline.inputs) });
}

/** Class names of class indices. */
function labels(
  graph: OnnxGraph,
  index: Value,
  classes: readonly string[],
  targetKind: string,
): { value: Value; type: 'int64' | 'string' } {
  const keys = { keys_int64s: { ints: classes.map((_, c) => c) } };
  const numbers = classes.map(Number);
  if (targetKind === 'number' && numbers.every(Number.isSafeInteger)) {
    const attributes = { ...keys, values_int64s: { ints: numbers } };
    return { value: graph.node('LabelEncoder', [index], attributes, ML), type: 'int64' };
  }
  const attributes = { ...keys, values_strings: { strings: classes } };
  return { value: graph.node('LabelEncoder', [index], attributes, ML), type: 'string' };
}
