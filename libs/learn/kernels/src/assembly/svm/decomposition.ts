// What the decomposition (Joachims, "Making large-scale SVM learning practical", 1999) does outside of the working set.

/** The `q x q` kernel among a working set: from cached rows (u32 address each in `rows`) the columns in `columns` (i32). */
export function gatherSquare(rows: usize, columns: usize, q: i32, out: usize): void {
  for (let i = 0; i < q; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2));
    for (let j = 0; j < q; j++, out += 4) {
      store<f32>(out, load<f32>(row + ((<usize>load<i32>(columns + ((<usize>j) << 2))) << 2)));
    }
  }
}

/**
 * Adds `deltas[i]` times cached row i, for each of `q` rows, to the f64 values [from, to) at `sums`. The rows are added in
 * order whatever the range, so the result does not depend on how the range is shared out.
 */
export function addRows(rows: usize, deltas: usize, q: i32, sums: usize, from: i32, to: i32): void {
  // Pieces that stay in the first-level cache while one row after the other is added.
  for (let begin = from; begin < to; begin += 1024) {
    const end = min(begin + 1024, to);
    let i = 0;
    for (; i + 2 <= q; i += 2) {
      const first = <usize>load<u32>(rows + ((<usize>i) << 2));
      const second = <usize>load<u32>(rows + ((<usize>i) << 2), 4);
      const d0 = load<f64>(deltas + ((<usize>i) << 3));
      const d1 = load<f64>(deltas + ((<usize>i) << 3), 8);
      const v0 = f64x2.splat(d0),
        v1 = f64x2.splat(d1);
      let c = begin;
      for (; c + 2 <= end; c += 2) {
        const k = (<usize>c) << 2,
          s = sums + ((<usize>c) << 3);
        const x = f64x2.mul(v0, f64x2.promote_low_f32x4(v128.load64_zero(first + k)));
        const y = f64x2.mul(v1, f64x2.promote_low_f32x4(v128.load64_zero(second + k)));
        v128.store(s, f64x2.add(f64x2.add(v128.load(s), x), y));
      }
      for (; c < end; c++) {
        const k = (<usize>c) << 2,
          s = sums + ((<usize>c) << 3);
        store<f64>(s, load<f64>(s) + d0 * <f64>load<f32>(first + k) + d1 * <f64>load<f32>(second + k));
      }
    }
    for (; i < q; i++) {
      const row = <usize>load<u32>(rows + ((<usize>i) << 2));
      const d = load<f64>(deltas + ((<usize>i) << 3));
      for (let c = begin; c < end; c++) {
        const s = sums + ((<usize>c) << 3);
        store<f64>(s, load<f64>(s) + d * <f64>load<f32>(row + ((<usize>c) << 2)));
      }
    }
  }
}

/** Keeps of a cached row the `n` columns in `list` (i32, ascending), written to `out`, which may be `row` or lie before it. */
export function keepColumns(row: usize, list: usize, n: i32, out: usize): void {
  for (let i = 0; i < n; i++, list += 4, out += 4) store<f32>(out, load<f32>(row + ((<usize>load<i32>(list)) << 2)));
}
