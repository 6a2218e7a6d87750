import { LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf } from '../artifact-fields.js';
import type { Preprocessing } from '../model.js';

/** Categories above this are too many columns: the rest count as none of them. */
const MOST_INDICATORS = 1024;

/** What a column becomes: itself (`indicators` 0), or one column for each category code. */
interface InputColumns {
  /** Number of indicator columns, 0 for a column that stays one. */
  readonly indicators: Int32Array;
  /** Put in place of a missing value; NaN leaves it missing. */
  readonly fill: Float64Array;
  readonly shift: Float64Array;
  readonly scale: Float64Array;
}

/**
 * Turns the matrix of an ensemble, which keeps categories as codes and missing values as NaN, into what one member wants: it
 * imputes means, standardises, and makes categories indicator columns. Fitted on the member's own training rows.
 */
export class MemberInput {
  private constructor(private readonly columns: InputColumns) {}

  /** Throws nothing: any matrix can be prepared. */
  static fit(x: Matrix, { acceptsMissing, categories, scaling }: Preprocessing): MemberInput {
    const indicators = new Int32Array(x.cols);
    const fill = new Float64Array(x.cols).fill(Number.NaN);
    const shift = new Float64Array(x.cols);
    const scale = new Float64Array(x.cols).fill(1);
    for (let j = 0; j < x.cols; j++) {
      const { mean, deviation, largest } = describe(x, j);
      if (x.categorical?.[j]) {
        if (categories === 'onehot') indicators[j] = Math.min(MOST_INDICATORS, Math.max(1, largest + 1));
        else if (!acceptsMissing) fill[j] = largest + 1;
        continue;
      }
      if (!acceptsMissing) fill[j] = mean;
      if (scaling === 'none') continue;
      shift[j] = mean;
      scale[j] = deviation > 0 ? deviation : 1;
    }
    return new MemberInput({ indicators, fill, shift, scale });
  }

  /** `n x f` in, `n x f'` out; the same matrix when there is nothing to do. */
  apply(x: Matrix): Matrix {
    const { indicators, fill, shift, scale } = this.columns;
    const cols = indicators.reduce((sum, n) => sum + Math.max(1, n), 0);
    if (cols === x.cols && this.changesNothing(x)) return x;
    const data = new Float32Array(x.rows * cols);
    for (let j = 0, to = 0; j < x.cols; j++) {
      const width = indicators[j]!;
      for (let i = 0, from = j, at = to; i < x.rows; i++, from += x.cols, at += cols) {
        const value = x.data[from]!;
        if (width === 0) data[at] = ((Number.isNaN(value) ? fill[j]! : value) - shift[j]!) / scale[j]!;
        else if (value >= 0 && value < width) data[at + value] = 1;
      }
      to += Math.max(1, width);
    }
    return { rows: x.rows, cols, data, names: this.names(x), categorical: this.categorical(x) };
  }

  /** Sums a measure of the prepared columns back to the columns they came from. */
  fold(values: Float64Array): Float64Array {
    const { indicators } = this.columns;
    let at = 0;
    return Float64Array.from(indicators, (width) => {
      let sum = 0;
      for (let k = 0; k < Math.max(1, width); k++) sum += values[at++]!;
      return sum;
    });
  }

  arrays(): ModelArtifact['arrays'] {
    return { ...this.columns };
  }

  static load(artifact: ModelArtifact): MemberInput {
    const indicators = arrayOf(artifact, 'indicators', Int32Array);
    const of = (name: string) => arrayOf(artifact, name, Float64Array, indicators.length);
    if (indicators.some((n) => n < 0 || n > MOST_INDICATORS)) {
      throw new LearnError('ARTIFACT_INVALID', 'The input of an ensemble member has an impossible number of columns.');
    }
    return new MemberInput({ indicators, fill: of('fill'), shift: of('shift'), scale: of('scale') });
  }

  get width(): number {
    return this.columns.indicators.length;
  }

  private changesNothing(x: Matrix): boolean {
    const { indicators, fill, shift, scale } = this.columns;
    const plain = (j: number) => indicators[j] === 0 && shift[j] === 0 && scale[j] === 1;
    if (!indicators.every((_, j) => plain(j))) return false;
    if (fill.every(Number.isNaN)) return true;
    for (let i = 0; i < x.rows * x.cols; i++) if (Number.isNaN(x.data[i]!)) return false;
    return true;
  }

  private names({ names }: Matrix): string[] {
    return names.flatMap((name, j) => {
      const width = this.columns.indicators[j]!;
      return width === 0 ? [name] : Array.from({ length: width }, (_, code) => `${name}=${code}`);
    });
  }

  private categorical(x: Matrix): boolean[] {
    return x.names.flatMap((_, j) => {
      const width = this.columns.indicators[j]!;
      return width === 0 ? [x.categorical?.[j] ?? false] : new Array<boolean>(width).fill(false);
    });
  }
}

/** Mean and deviation of the finite values of a column, and its largest code; 0, 0 and 0 when there are none. */
function describe({ data, rows, cols }: Matrix, column: number): { mean: number; deviation: number; largest: number } {
  let n = 0;
  let sum = 0;
  let largest = 0;
  const end = rows * cols;
  for (let at = column; at < end; at += cols) {
    const value = data[at]!;
    if (value - value !== 0) continue;
    n++;
    sum += value;
    if (value > largest) largest = value;
  }
  const mean = n > 0 ? sum / n : 0;
  let squares = 0;
  for (let at = column; at < end; at += cols) {
    const value = data[at]!;
    if (value - value === 0) squares += (value - mean) * (value - mean);
  }
  return { mean, deviation: n > 0 ? Math.sqrt(squares / n) : 0, largest };
}
