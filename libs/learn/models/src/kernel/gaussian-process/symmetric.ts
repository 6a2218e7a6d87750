/** A symmetric matrix, given by its lower triangle (row-major, as many columns as `v` entries), times `v`. */
export function timesCovariance(lower: Float64Array, v: Float64Array): Float64Array {
  const d = v.length;
  const product = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    const own = v[i]!;
    let at = i * d;
    for (let j = 0; j < i; j++, at++) {
      sum += lower[at]! * v[j]!;
      product[j]! += lower[at]! * own;
    }
    product[i]! += sum + lower[at]! * own;
  }
  return product;
}

/** Writes the whole symmetric matrix into `target`, column j times `factors[j]`. */
export function writeScaledColumns(
  lower: Float64Array,
  factors: Float64Array,
  target: Float64Array,
  order: number,
): void {
  for (let i = 0; i < order; i++) {
    for (let j = 0, at = i * order; j <= i; j++, at++) {
      target[at] = lower[at]! * factors[j]!;
      target[j * order + i] = lower[at]! * factors[i]!;
    }
  }
}
