// Sums of products of columns, in double precision, a panel of rows at a time.

/**
 * Writes `rows` rows of `x` (`stride` floats each) into `panel` (`stride` doubles each), less the column's shift and times the
 * row's factor (the root of its weight).
 */
export function fillPanel(x: usize, rows: i32, stride: i32, shifts: usize, factors: usize, panel: usize): void {
  const width = <usize>stride;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const factor = f64x2.splat(load<f64>(factors + (r << 3)));
    const from = x + ((r * width) << 2);
    const to = panel + ((r * width) << 3);
    for (let j: usize = 0; j < width; j += 4) {
      const v = v128.load(from + (j << 2));
      const s = shifts + (j << 3);
      const low = f64x2.sub(f64x2.promote_low_f32x4(v), v128.load(s));
      const high = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<i32>(v, v, 2, 3, 0, 1)), v128.load(s, 16));
      v128.store(to + (j << 3), f64x2.mul(low, factor));
      v128.store(to + (j << 3), f64x2.mul(high, factor), 16);
    }
  }
}

/** Four columns times four columns over all rows of the panel: eight accumulators stay in registers. */
function addTile(panel: usize, rows: i32, bytes: usize, a: usize, b: usize, gram: usize): void {
  const g1 = gram + bytes;
  const g2 = g1 + bytes;
  const g3 = g2 + bytes;
  let s00 = v128.load(gram);
  let s01 = v128.load(gram, 16);
  let s10 = v128.load(g1);
  let s11 = v128.load(g1, 16);
  let s20 = v128.load(g2);
  let s21 = v128.load(g2, 16);
  let s30 = v128.load(g3);
  let s31 = v128.load(g3, 16);
  for (let r = 0, p = panel; r < rows; r++, p += bytes) {
    const low = v128.load(p + b);
    const high = v128.load(p + b, 16);
    let v = v128.load64_splat(p + a);
    s00 = f64x2.add(s00, f64x2.mul(v, low));
    s01 = f64x2.add(s01, f64x2.mul(v, high));
    v = v128.load64_splat(p + a, 8);
    s10 = f64x2.add(s10, f64x2.mul(v, low));
    s11 = f64x2.add(s11, f64x2.mul(v, high));
    v = v128.load64_splat(p + a, 16);
    s20 = f64x2.add(s20, f64x2.mul(v, low));
    s21 = f64x2.add(s21, f64x2.mul(v, high));
    v = v128.load64_splat(p + a, 24);
    s30 = f64x2.add(s30, f64x2.mul(v, low));
    s31 = f64x2.add(s31, f64x2.mul(v, high));
  }
  v128.store(gram, s00);
  v128.store(gram, s01, 16);
  v128.store(g1, s10);
  v128.store(g1, s11, 16);
  v128.store(g2, s20);
  v128.store(g2, s21, 16);
  v128.store(g3, s30);
  v128.store(g3, s31, 16);
}

/**
 * Adds panel' panel to the lower triangle of `gram` (stride x stride, in tiles of 4 x 4), for the tile rows
 * `first`, `first + step`, ...: threads share out tile rows, so no sum is split.
 */
export function addGram(panel: usize, rows: i32, stride: i32, first: i32, step: i32, gram: usize): void {
  const bytes = (<usize>stride) << 3;
  for (let a = (<usize>first) << 5; a < bytes; a += (<usize>step) << 5) {
    for (let b: usize = 0; b <= a; b += 32) addTile(panel, rows, bytes, a, b, gram + (a >> 3) * bytes + b);
  }
}
