// Features of more than 256 bins: bins are u16, and a histogram has as many cells a feature as the layout says.

/** Adds the packed 16|16 pairs of `n` rows to the packed histograms of `features` features, `cells` cells each. */
export function addPacked16(
  rows: usize,
  n: i32,
  pairs: usize,
  bins: usize,
  stride: usize,
  histogram: usize,
  features: i32,
  cells: i32,
): void {
  const end = rows + ((<usize>n) << 2);
  const apart = (<usize>cells) << 3;
  for (; rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    const pair = load<i32>(pairs + (row << 2));
    const wide = ((<i64>(pair >> 16)) << 32) + <i64>(pair & 0xffff);
    let bin = bins + row * stride;
    for (let f = 0, first = histogram; f < features; f++, bin += 2, first += apart) {
      const cell = first + ((<usize>load<u16>(bin)) << 3);
      store<i64>(cell, load<i64>(cell) + wide);
    }
  }
}

/** The same for f32 pairs and exact histograms. */
export function addExact16(
  rows: usize,
  n: i32,
  pairs: usize,
  bins: usize,
  stride: usize,
  histogram: usize,
  features: i32,
  cells: i32,
): void {
  const end = rows + ((<usize>n) << 2);
  const apart = (<usize>cells) << 4;
  for (; rows < end; rows += 4) {
    const row = <usize>load<u32>(rows);
    const pair = f64x2.promote_low_f32x4(v128.load64_zero(pairs + (row << 3)));
    let bin = bins + row * stride;
    for (let f = 0, first = histogram; f < features; f++, bin += 2, first += apart) {
      const cell = first + ((<usize>load<u16>(bin)) << 4);
      v128.store(cell, f64x2.add(v128.load(cell), pair));
    }
  }
}

/** As partitionStrided, for u16 bins; `step` is in bytes. */
export function partition16(rows: usize, n: i32, column: usize, step: usize, goesLeft: usize, spare: usize): i32 {
  let left = rows;
  let right = spare;
  const end = rows + ((<usize>n) << 2);
  for (let p = rows; p < end; p += 4) {
    const r = load<u32>(p);
    const l = <usize>load<u8>(goesLeft + <usize>load<u16>(column + <usize>r * step));
    store<u32>(left, r);
    store<u32>(right, r);
    left += l << 2;
    right += (1 - l) << 2;
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - rows) >> 2);
}

/** As binPanel, into u16 bins, with `cells` (a power of two) cuts a feature, padded with infinity. */
export function binPanel16(
  values: usize,
  n: i32,
  features: i32,
  apart: i32,
  cuts: usize,
  cells: i32,
  byRow: usize,
  stride: usize,
  byColumn: usize,
  rows: usize,
): void {
  const columns = byColumn != 0;
  for (let f = 0; f < features; f++, cuts += (<usize>cells) << 2, byColumn += rows << 1) {
    let x = values + ((<usize>f) << 2);
    let rowBin = byRow + ((<usize>f) << 1);
    for (let r: usize = 0; r < <usize>n; r++, x += (<usize>apart) << 2, rowBin += stride) {
      const v = load<f32>(x);
      let below: usize = 0;
      for (let half = <usize>cells >> 1; half > 0; half >>= 1) {
        if (load<f32>(cuts + ((below + half - 1) << 2)) < v) below += half;
      }
      const bin = <u16>(v != v ? 0 : 1 + below);
      store<u16>(rowBin, bin);
      if (columns) store<u16>(byColumn + (r << 1), bin);
    }
  }
}
