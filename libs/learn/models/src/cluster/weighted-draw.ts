import type { Random } from '@trainyard/data';

/** Draws rows with replacement, in proportion to their weights (n entries; all alike when absent). */
export class WeightedDraw {
  private readonly cumulative: Float64Array;

  constructor(rows: number, weight: Float64Array | undefined) {
    let total = 0;
    this.cumulative = Float64Array.from({ length: rows }, (_, i) => {
      total += weight === undefined ? 1 : weight[i]!;
      return total;
    });
  }

  /** `n` row numbers. */
  draw(random: Random, n: number): Uint32Array {
    const { cumulative } = this;
    const rows = new Uint32Array(n);
    for (let i = 0; i < n; i++) {
      const wanted = random.next() * cumulative.at(-1)!;
      let low = 0;
      let high = cumulative.length - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (cumulative[middle]! > wanted) high = middle;
        else low = middle + 1;
      }
      rows[i] = low;
    }
    return rows;
  }
}
