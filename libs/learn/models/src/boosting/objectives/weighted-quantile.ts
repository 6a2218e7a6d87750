/**
 * Values with weights, from which quantiles are picked without sorting (Hoare's quickselect). Whole weights count as repeated
 * values: the quantile then lies between two neighbours as in the library the settings follow. With other weights it is the
 * smallest value that reaches the share of the total weight.
 */
export class WeightedValues {
  private count = 0;

  constructor(
    private readonly values: Float64Array,
    private readonly weights: Float64Array,
    private readonly interpolation: 'inclusive' | 'exclusive',
    private readonly wholeWeights: boolean,
  ) {}

  clear(): void {
    this.count = 0;
  }

  /** Values of weight 0 are left out. */
  add(value: number, weight: number): void {
    if (!(weight > 0)) return;
    this.values[this.count] = value;
    this.weights[this.count++] = weight;
  }

  /** The quantile at `share` in [0, 1]; 0 when there is no value. Reorders the values. */
  quantile(share: number): number {
    if (this.count === 0) return 0;
    let total = 0;
    for (let i = 0; i < this.count; i++) total += this.weights[i]!;
    if (!this.wholeWeights) return this.reaching(share * total);
    const place = this.interpolation === 'inclusive' ? share * (total - 1) : share * (total + 1) - 1;
    const clipped = Math.min(Math.max(place, 0), total - 1);
    const lower = Math.floor(clipped);
    const low = this.reaching(lower + 1);
    if (clipped === lower) return low;
    const high = this.reaching(lower + 2);
    return low + (clipped - lower) * (high - low);
  }

  /** The smallest value at which the weights of it and all smaller ones sum to `target` or more. */
  private reaching(target: number): number {
    const { values, weights } = this;
    let [from, to, before] = [0, this.count - 1, 0];
    while (from < to) {
      const pivot = values[(from + to) >>> 1]!;
      let [i, j] = [from, to];
      while (i <= j) {
        while (values[i]! < pivot) i++;
        while (values[j]! > pivot) j--;
        if (i <= j) this.swap(i++, j--);
      }
      // Now [from, j] <= pivot <= [i, to], and what lies between is the pivot.
      let left = before;
      for (let k = from; k <= j; k++) left += weights[k]!;
      if (left >= target) {
        to = j;
        continue;
      }
      let middle = left;
      for (let k = j + 1; k < i; k++) middle += weights[k]!;
      if (middle >= target) return pivot;
      [from, before] = [i, middle];
    }
    return values[Math.min(from, this.count - 1)]!;
  }

  private swap(i: number, j: number): void {
    const { values, weights } = this;
    const [value, weight] = [values[i]!, weights[i]!];
    values[i] = values[j]!;
    weights[i] = weights[j]!;
    values[j] = value;
    weights[j] = weight;
  }
}
