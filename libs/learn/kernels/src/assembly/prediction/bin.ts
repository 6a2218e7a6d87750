// Bins of rows. A slot is a column with up to 255 ascending thresholds; its record is 16 bytes: the column's byte offset in a row at
// 0, the address of its thresholds (f32, padded with infinity to one less than a power of two) at 4, four times half that
// power of two at 8, and at 12 what a missing value is: 0 below all thresholds, 1 above all, 2 both, in two slots one after the
// other. A bin is the number of thresholds below the value, less 128: an i8.

/** Rows that are binned at once. */
export const ROWS: i32 = 64;

const BELOW_ALL: i32 = 0;
const BOTH: i32 = 2;

function below(at: usize, half: usize, value: f32): usize {
  return <usize>(load<f32>(at + half - 4) < value) * half;
}

/** Bins 64 rows, `stride` bytes apart; slot s of them lies at out + 64 s. `missing`: some value may be missing. */
export function binRows(rows: usize, stride: usize, slots: usize, count: i32, missing: bool, out: usize): void {
  for (const end = slots + ((<usize>count) << 4); slots < end; slots += 16) {
    const column = rows + <usize>load<u32>(slots);
    const thresholds = <usize>load<u32>(slots, 4);
    const first = <usize>load<u32>(slots, 8);
    let r = column;
    for (const stop = out + 64; out < stop; out += 4, r += stride << 2) {
      const va = load<f32>(r);
      const vb = load<f32>(r + stride);
      const vc = load<f32>(r + (stride << 1));
      const vd = load<f32>(r + stride * 3);
      let a = thresholds;
      let b = a;
      let c = a;
      let d = a;
      for (let half = first; half >= 4; half >>= 1) {
        a += below(a, half, va);
        b += below(b, half, vb);
        c += below(c, half, vc);
        d += below(d, half, vd);
      }
      const bins =
        ((a - thresholds) >> 2) | ((b - thresholds) << 6) | ((c - thresholds) << 14) | ((d - thresholds) << 22);
      store<u32>(out, <u32>bins ^ 0x80808080);
    }
    const kind = load<i32>(slots, 12);
    if (kind == BELOW_ALL) continue;
    if (kind == BOTH) {
      memory.copy(out, out - 64, 64);
      out += 64;
    }
    if (missing) raiseMissing(column, stride, out - 64);
  }
}

/** Gives the missing ones of 64 values the highest bin. */
function raiseMissing(column: usize, stride: usize, bins: usize): void {
  for (const stop = bins + 64; bins < stop; bins++, column += stride) {
    const value = load<f32>(column);
    if (value != value) store<u8>(bins, 127);
  }
}

/** Whether any of the floats of [from, to), an address multiple of 16, is NaN. */
export function hasMissing(from: usize, to: usize): bool {
  let found = i32x4.splat(0);
  for (; from < to; from += 16) {
    const v = v128.load(from);
    found = v128.or(found, f32x4.ne(v, v));
  }
  return v128.any_true(found);
}
