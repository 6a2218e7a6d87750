import { tile } from './panels';

/** Kinds of kernel: linear <a,b>; rbf exp(-gamma ||a-b||^2); poly (gamma <a,b> + coef0)^degree; sigmoid tanh(gamma <a,b> + coef0). */
const LINEAR = 0;
const RBF = 1;
const POLY = 2;

/** exp of 4 floats to 2 units in the last place: 2^k times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes, expf). */
export function exp4(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(88.0)), f32x4.splat(-87.3));
  const k = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(k, f32x4.splat(-2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, f32x4.splat(1)));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(k), i32x4.splat(127)), 23);
  return f32x4.mul(p, scale);
}

/** tanh by exp: (1 - e) / (1 + e) with e = exp(-2 |x|), the sign of x kept. */
function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const e = exp4(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)));
  const size = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  return v128.or(size, v128.and(x, i32x4.splat(<i32>0x80000000)));
}

function power4(base: v128, degree: i32): v128 {
  let result = f32x4.splat(1);
  for (let k = degree; k > 0; k >>= 1) {
    if (k & 1) result = f32x4.mul(result, base);
    base = f32x4.mul(base, base);
  }
  return result;
}

/** Turns the `n` (a multiple of 4) inner products at `at` into kernel values. `norm` is the row's, `norms` are the columns'. */
function transform(at: usize, n: i32, kind: i32, gamma: f32, coef0: f32, degree: i32, norm: f32, norms: usize): void {
  if (kind == LINEAR) return;
  const g = f32x4.splat(gamma);
  const c = f32x4.splat(coef0);
  const end = at + ((<usize>n) << 2);
  if (kind == RBF) {
    const zero = f32x4.splat(0);
    const own = f32x4.splat(norm);
    const minus = f32x4.splat(-gamma);
    for (; at < end; at += 16, norms += 16) {
      const both = f32x4.add(own, v128.load(norms));
      const dot = v128.load(at);
      const square = f32x4.max(f32x4.sub(both, f32x4.add(dot, dot)), zero);
      v128.store(at, exp4(f32x4.mul(minus, square)));
    }
    return;
  }
  for (; at < end; at += 16) {
    const inner = f32x4.add(f32x4.mul(g, v128.load(at)), c);
    v128.store(at, kind == POLY ? power4(inner, degree) : tanh4(inner));
  }
}

/**
 * Kernel values of the `q` rows packed in panels of 4 at `rows` (with their squared norms at `rowNorms`) against the rows of
 * the panels of 8 [from, to) at `panels`. Row i's values go to the address in `outs` (u32 each, i-th), 8 floats a panel from
 * the panel's place on. `norms` are the columns' squared norms.
 */
export function kernelRows(
  rows: usize,
  rowNorms: usize,
  q: i32,
  cols: i32,
  panels: usize,
  norms: usize,
  from: i32,
  to: i32,
  outs: usize,
  kind: i32,
  gamma: f32,
  coef0: f32,
  degree: i32,
): void {
  const panelBytes = (<usize>cols) << 5;
  const quadBytes = (<usize>cols) << 4;
  for (let p = from; p < to; p++) {
    const panel = panels + <usize>p * panelBytes;
    const place = (<usize>p) << 5;
    let quad = rows;
    for (let i = 0; i < q; i += 4, quad += quadBytes) {
      // The spare rows of a last quad that is not full are zeros; their products go where the last row's will.
      const last = q - 1;
      const o3 = <usize>load<u32>(outs + ((<usize>min(i + 3, last)) << 2)) + place;
      const o2 = <usize>load<u32>(outs + ((<usize>min(i + 2, last)) << 2)) + place;
      const o1 = <usize>load<u32>(outs + ((<usize>min(i + 1, last)) << 2)) + place;
      tile(quad, panel, cols, <usize>load<u32>(outs + ((<usize>i) << 2)) + place, o1, o2, o3);
    }
    if (kind == LINEAR) continue;
    for (let i = 0; i < q; i++) {
      const at = <usize>load<u32>(outs + ((<usize>i) << 2)) + place;
      const norm = load<f32>(rowNorms + ((<usize>i) << 2));
      transform(at, 8, kind, gamma, coef0, degree, norm, norms + place);
    }
  }
}

/** Sum of `coefficients` (f64) times the kernel values at `row` (f32), n of each. */
export function weightedSum(row: usize, coefficients: usize, n: i32): f64 {
  let a = f64x2.splat(0),
    b = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4, row += 16, coefficients += 32) {
    const values = v128.load(row);
    a = f64x2.add(a, f64x2.mul(f64x2.promote_low_f32x4(values), v128.load(coefficients)));
    const high = i8x16.shuffle(values, values, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    b = f64x2.add(b, f64x2.mul(f64x2.promote_low_f32x4(high), v128.load(coefficients, 16)));
  }
  a = f64x2.add(a, b);
  let sum = f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
  for (; i < n; i++, row += 4, coefficients += 8) sum += <f64>load<f32>(row) * load<f64>(coefficients);
  return sum;
}
