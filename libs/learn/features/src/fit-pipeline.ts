import { type Column, columnOf, LearnError, type Table } from '@trainyard/data';
import { fitDate } from './encoders/date.js';
import type { Encoder } from './encoders/encoder.js';
import { ignoredEncoder } from './encoders/ignored.js';
import { fitNumeric } from './encoders/numeric.js';
import { fitOneHot, MOST_ONE_HOT } from './encoders/one-hot.js';
import { fitOrdinal } from './encoders/ordinal.js';
import type { Imputation, Scaling } from './encoders/scaling.js';
import { Pipeline } from './pipeline.js';

/** What a model needs of its input, and what the user asked for. */
export interface Preprocessing {
  /** `ordinal`: one column of codes per category feature; `onehot`: one column per category. */
  readonly categories: 'ordinal' | 'onehot';
  /** True when the model takes NaN: then missing numbers stay missing unless `imputation` says otherwise. */
  readonly acceptsMissing: boolean;
  readonly scaling: Scaling;
  /** Default: `none` for a model that accepts missing values, else `median`. */
  readonly imputation?: Imputation;
}

export interface FitPipelineOptions {
  /** The columns to learn from, in order. Default: all. */
  readonly features?: readonly string[];
  /** Columns never to learn from: the target, identifiers, weights. */
  readonly exclude?: readonly string[];
  readonly preprocessing: Preprocessing;
}

function imputationFor(preprocessing: Preprocessing): Imputation {
  const { acceptsMissing, imputation } = preprocessing;
  if (imputation === 'none' && !acceptsMissing) {
    const words = 'This model takes no missing values: set preprocessing.imputation to mean, median or constant.';
    throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'preprocessing.imputation' });
  }
  return imputation ?? (acceptsMissing ? 'none' : 'median');
}

function fitColumn(column: Column, rows: Uint32Array, preprocessing: Preprocessing): Encoder | undefined {
  const imputation = imputationFor(preprocessing);
  if (column.kind === 'numeric') {
    const fit = column.date ? fitDate : fitNumeric;
    return fit(column, rows, preprocessing.scaling, imputation);
  }
  if (preprocessing.categories === 'onehot') return fitOneHot(column, rows);
  return fitOrdinal(column, rows, preprocessing.acceptsMissing);
}

/**
 * Fits a pipeline to the given rows of a table: only these rows decide fill values, scales and dictionaries.
 *
 * Numbers and booleans make one column, dates several numeric parts, text one column of codes ordered by frequency
 * (`ordinal`) or one per category up to 100 (`onehot`). Numbers and date parts are imputed and scaled; codes and 0/1
 * columns are not. A column that is missing in all these rows is left out, with a warning.
 * Throws COLUMN_NOT_FOUND, NO_FEATURES, TOO_FEW_ROWS, OPTION_UNSUPPORTED.
 */
export function fitPipeline(table: Table, rows: Uint32Array, options: FitPipelineOptions): Pipeline {
  if (rows.length === 0) throw new LearnError('TOO_FEW_ROWS', 'There are no rows to fit the features on.');
  const excluded = new Set(options.exclude);
  const wanted = [...new Set(options.features ?? table.columns.map((column) => column.name))];
  const columns = wanted.filter((name) => !excluded.has(name)).map((name) => columnOf(table, name));
  const warnings: string[] = [];
  const encoders = columns.map((column) => {
    const encoder = fitColumn(column, rows, options.preprocessing);
    if (encoder) {
      if (encoder.outputs.includes(`${column.name}=(other)`)) {
        warnings.push(`"${column.name}" has more than ${MOST_ONE_HOT} categories; the rarer ones share one column.`);
      }
      return encoder;
    }
    warnings.push(`"${column.name}" is missing in every training row and is left out.`);
    return ignoredEncoder({ kind: 'ignored', name: column.name });
  });
  if (!encoders.some((encoder) => encoder.outputs.length > 0)) {
    const words = columns.length === 0 ? 'No column is left to learn from' : 'All features are missing in every row';
    throw new LearnError('NO_FEATURES', `${words}; name at least one other column as a feature.`, {
      field: 'dataset.features',
    });
  }
  return new Pipeline(encoders, warnings);
}
