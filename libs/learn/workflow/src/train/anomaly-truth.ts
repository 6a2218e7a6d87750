import { type Column, LearnError } from '@trainyard/data';

/**
 * What is known of each row of a column that anomalies are compared with: 1 or true for an anomaly, 0 or false for none, NaN where it is
 * missing. Throws FEATURE_INVALID for any other value: which of two words, or of -1 and 1, is the anomaly would be a guess.
 */
export function anomalyTruth(column: Column): Float64Array {
  const { name, kind } = column;
  const codes = kind === 'categorical' ? column.categories.map(codeOf) : undefined;
  const values =
    kind === 'numeric'
      ? column.values
      : Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : codes![code]!));
  const wrong = values.findIndex((value) => value !== 0 && value !== 1 && !Number.isNaN(value));
  if (wrong < 0) return values;
  const shown = kind === 'numeric' ? column.values[wrong] : `"${column.categories[column.codes[wrong]!]}"`;
  const words = `The target "${name}" is ${shown} in row ${wrong + 1}: known anomalies are 1 (or true), all other rows 0 (or false).`;
  throw new LearnError('FEATURE_INVALID', words, { column: name, row: wrong + 1 });
}

/** Of a text; 2 for what is neither. */
function codeOf(text: string): number {
  if (text === '1' || text === 'true') return 1;
  return text === '0' || text === 'false' ? 0 : 2;
}
