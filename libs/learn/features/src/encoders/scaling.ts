/** How numbers are scaled: `standard` to mean 0 and deviation 1, `minmax` to 0..1, `robust` by median and quartiles. */
export type Scaling = 'none' | 'standard' | 'minmax' | 'robust';

/** What a missing number becomes: `none` keeps it missing (NaN), `constant` is 0. */
export type Imputation = 'none' | 'mean' | 'median' | 'constant';

/** A fitted scaling and imputation: output = (value - shift) * factor; a missing value is first replaced by `fill`. */
export interface Scale {
  readonly shift: number;
  readonly factor: number;
  /** Null keeps missing values missing. */
  readonly fill: number | null;
}

export const IDENTITY: Scale = { shift: 0, factor: 1, fill: null };

function meanAndDeviation(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const delta = values[i]! - mean;
    mean += delta / (i + 1);
    squares += delta * (values[i]! - mean);
  }
  return { mean, deviation: values.length > 0 ? Math.sqrt(squares / values.length) : 0 };
}

/** The q-quantile of ascending values, with linear interpolation (type 7 of Hyndman and Fan, 1996). */
export function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below]!;
  return low + (position - below) * (sorted[Math.min(below + 1, sorted.length - 1)]! - low);
}

/**
 * Fits scaling and imputation to the values that are present (no NaN; at least one). As scikit-learn does, a column
 * without spread is shifted only. Sorts `values` in place when quantiles are needed.
 */
export function fitScale(values: Float64Array, scaling: Scaling, imputation: Imputation): Scale {
  const { mean, deviation } = meanAndDeviation(values);
  if (scaling === 'robust' || imputation === 'median') values.sort();
  let fill: number | null = null;
  if (imputation === 'mean') fill = mean;
  else if (imputation === 'median') fill = quantile(values, 0.5);
  else if (imputation === 'constant') fill = 0;
  const factorOf = (spread: number): number => (spread > 0 && Number.isFinite(spread) ? 1 / spread : 1);
  switch (scaling) {
    case 'none':
      return { shift: 0, factor: 1, fill };
    case 'standard':
      return { shift: mean, factor: factorOf(deviation), fill };
    case 'minmax': {
      let low = values[0]!;
      let high = values[0]!;
      for (let i = 1; i < values.length; i++) {
        low = Math.min(low, values[i]!);
        high = Math.max(high, values[i]!);
      }
      return { shift: low, factor: factorOf(high - low), fill };
    }
    case 'robust':
      return { shift: quantile(values, 0.5), factor: factorOf(quantile(values, 0.75) - quantile(values, 0.25)), fill };
  }
}
