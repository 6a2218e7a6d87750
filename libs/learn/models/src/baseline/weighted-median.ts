/** The value at which half of the weight lies below: for equal weights and an even count, the mean of the middle two. */
export function weightedMedian(values: Float64Array, weight?: Float64Array): number {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  let total = 0;
  for (let i = 0; i < values.length; i++) total += weight === undefined ? 1 : weight[i]!;
  let below = 0;
  for (let i = 0; i < order.length; i++) {
    below += weight === undefined ? 1 : weight[order[i]!]!;
    if (below * 2 > total || i === order.length - 1) return values[order[i]!]!;
    if (below * 2 === total) return (values[order[i]!]! + values[order[i + 1]!]!) / 2;
  }
  return Number.NaN;
}
