// Rows in panels: feature by feature, the values of all rows of a panel together, so that one multiply-add serves 4 rows.

/**
 * Packs the rows named in `list` (i32; 0 takes rows 0 to n - 1) of the row-major `x`, `cols` floats a row, into
 * ceil(n / width) panels of `width` rows at `out`. What a last panel lacks is filled with zeros.
 */
export function packPanels(x: usize, list: usize, n: i32, cols: i32, width: i32, out: usize): void {
  const bytes = (<usize>cols) << 2;
  const step = (<usize>width) << 2;
  for (let first = 0; first < n; first += width) {
    const panel = out + <usize>first * bytes;
    for (let lane = 0; lane < width; lane++) {
      let at = panel + ((<usize>lane) << 2);
      if (first + lane >= n) {
        for (let j = 0; j < cols; j++, at += step) store<f32>(at, 0);
        continue;
      }
      const r = list == 0 ? first + lane : load<i32>(list + ((<usize>(first + lane)) << 2));
      const row = x + <usize>r * bytes;
      for (let j = <usize>0; j < bytes; j += 4, at += step) store<f32>(at, load<f32>(row + j));
    }
  }
}

/** Squared Euclidean norm of each of `n` row-major rows, summed in f64. */
export function squaredNorms(x: usize, n: i32, cols: i32, out: usize): void {
  for (let i = 0; i < n; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < cols; j++, x += 4) {
      const value = <f64>load<f32>(x);
      sum += value * value;
    }
    store<f32>(out + ((<usize>i) << 2), <f32>sum);
  }
}

/**
 * Inner products of the 4 rows of panel `a` with the 8 rows of panel `b`, 8 a row, to o0 to o3. Each sum runs over the
 * features in order, so a product does not depend on which tile it is computed in, and <a, b> = <b, a> bit for bit. o0 is
 * written last: the spare rows of a panel that is not full may go where the next row before them goes.
 */
export function tile(a: usize, b: usize, cols: i32, o0: usize, o1: usize, o2: usize, o3: usize): void {
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0),
    c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0),
    c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  let j = cols;
  // Two features a turn: the loop's own work is a third of the time otherwise.
  for (; j >= 2; j -= 2, a += 32, b += 64) {
    let l = v128.load(b),
      r = v128.load(b, 16);
    let v = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(v, l));
    c01 = f32x4.add(c01, f32x4.mul(v, r));
    v = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(v, l));
    c11 = f32x4.add(c11, f32x4.mul(v, r));
    v = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(v, l));
    c21 = f32x4.add(c21, f32x4.mul(v, r));
    v = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(v, l));
    c31 = f32x4.add(c31, f32x4.mul(v, r));
    (l = v128.load(b, 32)), (r = v128.load(b, 48));
    v = v128.load32_splat(a, 16);
    c00 = f32x4.add(c00, f32x4.mul(v, l));
    c01 = f32x4.add(c01, f32x4.mul(v, r));
    v = v128.load32_splat(a, 20);
    c10 = f32x4.add(c10, f32x4.mul(v, l));
    c11 = f32x4.add(c11, f32x4.mul(v, r));
    v = v128.load32_splat(a, 24);
    c20 = f32x4.add(c20, f32x4.mul(v, l));
    c21 = f32x4.add(c21, f32x4.mul(v, r));
    v = v128.load32_splat(a, 28);
    c30 = f32x4.add(c30, f32x4.mul(v, l));
    c31 = f32x4.add(c31, f32x4.mul(v, r));
  }
  if (j == 1) {
    const l = v128.load(b),
      r = v128.load(b, 16);
    let v = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(v, l));
    c01 = f32x4.add(c01, f32x4.mul(v, r));
    v = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(v, l));
    c11 = f32x4.add(c11, f32x4.mul(v, r));
    v = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(v, l));
    c21 = f32x4.add(c21, f32x4.mul(v, r));
    v = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(v, l));
    c31 = f32x4.add(c31, f32x4.mul(v, r));
  }
  v128.store(o3, c30);
  v128.store(o3, c31, 16);
  v128.store(o2, c20);
  v128.store(o2, c21, 16);
  v128.store(o1, c10);
  v128.store(o1, c11, 16);
  v128.store(o0, c00);
  v128.store(o0, c01, 16);
}
