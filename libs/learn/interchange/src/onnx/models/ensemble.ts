import { LearnError } from '@trainyard/data';
import { arrayOf, type ModelArtifact } from '@trainyard/models';
import type { Value } from '../graph.js';
import type { ExportContext, ModelOutput, OnnxExporter } from './exporter.js';
import { memberInput } from './member-input.js';
import { nested } from './nested.js';

/** `trainyard.ensemble`: voting, stacking, blending and greedy selection. */
export const ensemble: OnnxExporter = (artifact, x, context) => {
  const {
    members: count,
    combination,
    classes,
  } = artifact.manifest as {
    members: number;
    combination: string;
    classes: readonly string[];
  };
  const members = Array.from({ length: count }, (_, m) => nested(artifact, `member${m}`));
  if (combination === 'meta') return overMeta(artifact, members, x, context);
  const weights = arrayOf(artifact, 'weights', Float64Array);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const { graph } = context;
  const shares = members.flatMap((member, m) => {
    if (weights[m] === 0) return [];
    const output = memberNodes(member, x, context);
    const said = combination === 'votes' ? votesOf(output, classes.length, context) : saidBy(output);
    const weight = combination === 'mean' && classes.length === 0 ? weights[m]! : weights[m]! / total;
    return [graph.node('Mul', [said, graph.floats([weight])])];
  });
  const mean = shares.length === 1 ? shares[0]! : graph.node('Sum', shares);
  return classes.length === 0 ? { value: mean } : { probabilities: mean };
};

function memberNodes(member: ModelArtifact, x: Value, { graph, exportModel }: ExportContext): ModelOutput {
  return exportModel(nested(member, 'model'), memberInput(graph, nested(member, 'input'), x));
}

function saidBy({ probabilities, value }: ModelOutput): Value {
  const said = probabilities ?? value;
  if (said === undefined)
    throw new LearnError('OPTION_UNSUPPORTED', 'A member gives neither probabilities nor values.');
  return said;
}

/** 1 for the class a member chose, 0 for the others. */
function votesOf({ probabilities, index }: ModelOutput, classes: number, { graph }: ExportContext): Value {
  const axis = { axis: { int: 1 }, keepdims: { int: 1 } };
  const chosen =
    index === undefined
      ? graph.node('ArgMax', [probabilities!], axis)
      : graph.node('Unsqueeze', [index, graph.ints([1], 1)]);
  return graph.cast(graph.node('Equal', [chosen, graph.ints([...Array(classes).keys()], 1, classes)]), 'float');
}

/** The final estimator over what the members say; of two classes the second one's probability says all. */
function overMeta(
  artifact: ModelArtifact,
  members: readonly ModelArtifact[],
  x: Value,
  context: ExportContext,
): ModelOutput {
  const { classes, passthrough } = artifact.manifest as { classes: readonly string[]; passthrough?: boolean };
  const { graph } = context;
  const said = members.map((member) => {
    const all = saidBy(memberNodes(member, x, context));
    return classes.length === 2 ? graph.columns(all, [1]) : all;
  });
  return memberNodes(nested(artifact, 'final'), graph.beside(passthrough ? [...said, x] : said), context);
}
