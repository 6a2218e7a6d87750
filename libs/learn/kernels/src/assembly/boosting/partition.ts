/**
 * Splits `n` row numbers in place, stably: rows whose bin has a 1 in `goesLeft` (256 bytes) come first. `column` holds the
 * feature's bin of every row; `spare` has room for n row numbers. Returns how many went left.
 */
export function partition(rows: usize, n: i32, column: usize, goesLeft: usize, spare: usize): i32 {
  return partitionStrided(rows, n, column, 1, goesLeft, spare);
}

/** The same with the bin of row r at `column` + r * `step`. */
export function partitionStrided(rows: usize, n: i32, column: usize, step: usize, goesLeft: usize, spare: usize): i32 {
  let left = rows;
  let right = spare;
  const end = rows + ((<usize>n) << 2);
  for (let p = rows; p < end; p += 4) {
    const r = load<u32>(p);
    const l = <usize>load<u8>(goesLeft + <usize>load<u8>(column + <usize>r * step));
    store<u32>(left, r);
    store<u32>(right, r);
    left += l << 2;
    right += (1 - l) << 2;
  }
  memory.copy(left, spare, right - spare);
  return <i32>((left - rows) >> 2);
}

/** Adds the f32 gradient pairs of `n` rows to two f64 sums at `out`. */
export function sumPairs(rows: usize, n: i32, pairs: usize, out: usize): void {
  let sum = v128.load(out);
  const end = rows + ((<usize>n) << 2);
  for (; rows < end; rows += 4) {
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.load64_zero(pairs + ((<usize>load<u32>(rows)) << 3))));
  }
  v128.store(out, sum);
}

/** Adds the packed gradient pairs of `n` rows to two f64 sums at `out`. */
export function sumPacked(rows: usize, n: i32, packed: usize, out: usize): void {
  let g: i64 = 0,
    h: i64 = 0;
  const end = rows + ((<usize>n) << 2);
  for (; rows < end; rows += 4) {
    const v = load<i32>(packed + ((<usize>load<u32>(rows)) << 2));
    g += <i64>(v >> 16);
    h += <i64>(v & 0xffff);
  }
  store<f64>(out, load<f64>(out) + <f64>g);
  store<f64>(out, load<f64>(out, 8) + <f64>h, 8);
}

/** scores[row] += value for `n` rows. */
export function addToRows(rows: usize, n: i32, scores: usize, value: f32): void {
  const end = rows + ((<usize>n) << 2);
  for (; rows < end; rows += 4) {
    const p = scores + ((<usize>load<u32>(rows)) << 2);
    store<f32>(p, load<f32>(p) + value);
  }
}
