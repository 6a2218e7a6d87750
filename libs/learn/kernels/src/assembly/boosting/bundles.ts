// Exclusive feature bundling (Ke et al., 2017): features that are never off their default bin in the same row share a byte column.
//
// The place of feature f, four i32 at `places` + 16 f: its byte column; the column's value for its first bin that is not the
// default, 0 when the column is the feature's own; its default bin; unused. Bundled features have no missing values (bin 0), so
// the bins 1, 2, ... without the default are the values `offset`, `offset` + 1, ...

/**
 * Rewrites `n` rows of bins, from row `first` on, from one byte a feature to one byte a column, in place: panels of `panel` columns a
 * row become panels of `narrower` columns, at the same addresses, `apart` bytes from one to the next. `spare` has room for a row.
 */
export function bundleRows(
  byRow: usize,
  apart: usize,
  first: i32,
  n: i32,
  features: i32,
  panel: i32,
  columns: i32,
  narrower: i32,
  places: usize,
  spare: usize,
): void {
  const end = first + n;
  for (let r = first; r < end; r++) {
    memory.fill(spare, 0, columns);
    let place = places;
    let row = byRow + <usize>r * <usize>panel;
    for (let from = 0; from < features; from += panel, row += apart) {
      const width = <usize>min<i32>(panel, features - from);
      for (let f: usize = 0; f < width; f++, place += 16) {
        const bin = <i32>load<u8>(row + f);
        const column = spare + <usize>load<i32>(place);
        const offset = load<i32>(place, 4);
        const usual = load<i32>(place, 8);
        if (offset == 0) store<u8>(column, bin);
        else if (bin != usual) store<u8>(column, offset + bin - (bin > usual ? 2 : 1));
      }
    }
    let to = byRow + <usize>r * <usize>narrower;
    for (let from = 0; from < columns; from += narrower, to += apart) {
      memory.copy(to, spare + from, min<i32>(narrower, columns - from));
    }
  }
}

/**
 * Recovers the packed histograms of the bundled features [from, to), `width` (a multiple of 4) cells each, at `out`: the default
 * bin holds what the leaf's sums `g` and `h` leave over. `histogram` is at column 0, with 256 cells a column; features of 0 `bins`
 * are skipped.
 */
export function recoverPacked(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  places: usize,
  width: i32,
  g: f64,
  h: f64,
  out: usize,
): void {
  const total = ((<i64>g) << 32) + <i64>h;
  const size = (<usize>width) << 3;
  for (let f = from; f < to; f++, out += size) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const place = places + ((<usize>f) << 4);
    const usual = load<i32>(place, 8);
    let cell = histogram + ((<usize>load<i32>(place)) << 11) + ((<usize>load<i32>(place, 4)) << 3);
    memory.fill(out, 0, size);
    let rest = total;
    for (let bin = 1; bin < n; bin++) {
      if (bin == usual) continue;
      const sum = load<i64>(cell);
      store<i64>(out + ((<usize>bin) << 3), sum);
      rest -= sum;
      cell += 8;
    }
    store<i64>(out + ((<usize>usual) << 3), rest);
  }
}

/** The same for exact histograms: the default bin is right up to rounding. */
export function recoverExact(
  histogram: usize,
  from: i32,
  to: i32,
  bins: usize,
  places: usize,
  width: i32,
  g: f64,
  h: f64,
  out: usize,
): void {
  const size = (<usize>width) << 4;
  for (let f = from; f < to; f++, out += size) {
    const n = load<i32>(bins + ((<usize>f) << 2));
    if (n == 0) continue;
    const place = places + ((<usize>f) << 4);
    const usual = load<i32>(place, 8);
    let cell = histogram + ((<usize>load<i32>(place)) << 12) + ((<usize>load<i32>(place, 4)) << 4);
    memory.fill(out, 0, size);
    let rest = f64x2(g, h);
    for (let bin = 1; bin < n; bin++) {
      if (bin == usual) continue;
      const sum = v128.load(cell);
      v128.store(out + ((<usize>bin) << 4), sum);
      rest = f64x2.sub(rest, sum);
      cell += 16;
    }
    v128.store(out + ((<usize>usual) << 4), rest);
  }
}
