import { arrayOf, expectFormat } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import type { OnnxExporter } from './exporter.js';
import { linearScores } from './scores.js';

/** `trainyard.sgd`: one score for values or two classes, else one a class against the rest. */
export const sgd: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.sgd', 1);
  const { params, classes } = artifact.manifest as { params: { loss: string }; classes: readonly string[] };
  const outputs = classes.length > 2 ? classes.length : 1;
  const scores = linearScores(graph, x, arrayOf(artifact, 'coefficients', Float64Array), outputs);
  if (classes.length === 0) return { value: graph.cast(scores, 'float') };
  if (outputs > 1) return manyClasses(graph, scores, params.loss, outputs);
  const label = graph.cast(graph.node('Greater', [scores, graph.doubles([0])]), 'double');
  const p = probability(graph, scores, params.loss) ?? label;
  const both = graph.beside([graph.node('Sub', [graph.doubles([1]), p]), p]);
  const index = graph.cast(graph.node('Squeeze', [label, graph.ints([1], 1)]), 'int64');
  return { probabilities: graph.cast(both, 'float'), index };
};

/** The probabilities that scores stand for; undefined for losses that know none. */
function probability(graph: OnnxGraph, scores: Value, loss: string): Value | undefined {
  if (loss === 'log_loss' || loss === 'auto') return graph.node('Sigmoid', [scores]);
  if (loss !== 'modified_huber') return undefined;
  const half = graph.node('Mul', [graph.node('Add', [scores, graph.doubles([1])]), graph.doubles([0.5])]);
  return graph.node('Max', [graph.node('Min', [half, graph.doubles([1])]), graph.doubles([0])]);
}

function manyClasses(graph: OnnxGraph, scores: Value, loss: string, classes: number): ReturnType<OnnxExporter> {
  const index = graph.node('ArgMax', [scores], { axis: { int: 1 }, keepdims: { int: 0 } });
  const known = probability(graph, scores, loss);
  if (known === undefined) {
    const chosen = graph.node('Unsqueeze', [index, graph.ints([1], 1)]);
    const equal = graph.node('Equal', [chosen, graph.ints([...Array(classes).keys()], 1, classes)]);
    return { probabilities: graph.cast(equal, 'float'), index };
  }
  const total = graph.node('ReduceSum', [known, graph.ints([1], 1)], { keepdims: { int: 1 } });
  const none = graph.node('Equal', [total, graph.doubles([0])]);
  const shares = graph.node('Div', [known, graph.node('Where', [none, graph.doubles([1]), total])]);
  const even = graph.doubles([1 / classes]);
  return { probabilities: graph.cast(graph.node('Where', [none, even, shares]), 'float'), index };
}
