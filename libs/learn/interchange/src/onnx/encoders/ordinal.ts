import type { OrdinalState } from '@trainyard/features';
import { ML, type OnnxGraph, type Value } from '../graph.js';

/** A column of texts, empty where missing: the category's code. Unknown and missing ones are alike, as in the pipeline. */
export function ordinalColumn(graph: OnnxGraph, { name, categories, keepMissing }: OrdinalState): Value {
  const attributes = {
    keys_strings: { strings: categories },
    values_floats: { floats: categories.map((_, code) => code) },
    default_float: { float: keepMissing ? Number.NaN : categories.length },
  };
  return graph.node('LabelEncoder', [graph.input(name, 'string')], attributes, ML);
}
