import type { OneHotState } from '@trainyard/features';
import { ML, type OnnxGraph, type Value } from '../graph.js';

/** A column of texts, empty where missing: a 0/1 column for each category, then for other and missing ones. */
export function oneHotColumns(graph: OnnxGraph, { name, categories, other, missing }: OneHotState): Value {
  const otherAt = other ? categories.length : -1;
  const missingAt = missing ? categories.length + (other ? 1 : 0) : -1;
  const width = categories.length + (other ? 1 : 0) + (missing ? 1 : 0);
  // An empty text is a missing value, unless it was a category of the data.
  const keys = categories.includes('') ? categories : [...categories, ''];
  const attributes = {
    keys_strings: { strings: keys },
    values_int64s: { ints: keys.map((_, k) => (k < categories.length ? k : missingAt)) },
    default_int64: { int: otherAt },
  };
  const position = graph.node('LabelEncoder', [graph.input(name, 'string')], attributes, ML);
  const places = graph.ints([...Array(width).keys()], 1, width);
  return graph.cast(graph.node('Equal', [position, places]), 'float');
}
