// Covariances of Gaussian processes between rows of points, and their derivatives. Points are doubles, already divided by the length
// scales, `width` (even, padded with 0) a row. Kinds: 0 rbf, 1 Matern 3/2, 2 Matern 5/2, 3 rational quadratic with shape `shape`.

const ROOT3: f64 = 1.7320508075688772;
const ROOT5: f64 = 2.23606797749979;

function squaredDistance(a: usize, b: usize, width: usize): f64 {
  let sum = f64x2.splat(0);
  for (let j: usize = 0; j < width << 3; j += 16) {
    const d = f64x2.sub(v128.load(a + j), v128.load(b + j));
    sum = f64x2.add(sum, f64x2.mul(d, d));
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Correlation at a squared distance. */
function correlation(kind: i32, shape: f64, square: f64): f64 {
  if (kind == 0) return Math.exp(-0.5 * square);
  if (kind == 3) return Math.pow(1 + square / (2 * shape), -shape);
  if (kind == 1) {
    const d = ROOT3 * sqrt<f64>(square);
    return (1 + d) * Math.exp(-d);
  }
  const d = ROOT5 * sqrt<f64>(square);
  return (1 + d + (d * d) / 3) * Math.exp(-d);
}

/** The derivative of the correlation by the log of a length scale is this times that dimension's squared distance. */
function scaleSlope(kind: i32, shape: f64, square: f64): f64 {
  if (kind == 0) return Math.exp(-0.5 * square);
  if (kind == 3) return Math.pow(1 + square / (2 * shape), -shape - 1);
  if (kind == 1) return 3 * Math.exp(-ROOT3 * sqrt<f64>(square));
  const d = ROOT5 * sqrt<f64>(square);
  return (5.0 / 3.0) * (1 + d) * Math.exp(-d);
}

/** out[i][j] = variance * correlation(a_i, b_j) for `rows` points a and `cols` points b. */
export function covariances(
  kind: i32,
  shape: f64,
  variance: f64,
  a: usize,
  rows: i32,
  b: usize,
  cols: i32,
  width: i32,
  out: usize,
  stride: i32,
): void {
  const bytes = (<usize>width) << 3;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const point = a + i * bytes;
    const to = out + ((i * <usize>stride) << 3);
    for (let j: usize = 0; j < <usize>cols; j++) {
      store<f64>(
        to + (j << 3),
        variance * correlation(kind, shape, squaredDistance(point, b + j * bytes, <usize>width)),
      );
    }
  }
}

/**
 * Adds to `sums` the derivatives of sum over pairs i < j of g[i][j] * covariance(i, j) for rows j from `from` to `to` of the lower
 * triangle `g`: by the log of the variance, by the log of the shape, then by the log of each of `width` length scales.
 */
export function covarianceSlopes(
  kind: i32,
  shape: f64,
  variance: f64,
  points: usize,
  from: i32,
  to: i32,
  width: i32,
  g: usize,
  stride: i32,
  sums: usize,
): void {
  const bytes = (<usize>width) << 3;
  let byVariance = load<f64>(sums);
  let byShape = load<f64>(sums, 8);
  for (let i = <usize>from; i < <usize>to; i++) {
    const point = points + i * bytes;
    const row = g + ((i * <usize>stride) << 3);
    for (let j: usize = 0; j < i; j++) {
      const other = points + j * bytes;
      const weight = variance * load<f64>(row + (j << 3));
      const square = squaredDistance(point, other, <usize>width);
      byVariance += weight * correlation(kind, shape, square);
      if (kind == 3) {
        const base = 1 + square / (2 * shape);
        const value = Math.pow(base, -shape);
        byShape += weight * value * (square / (2 * base) - shape * Math.log(base));
      }
      const slope = weight * scaleSlope(kind, shape, square);
      for (let k: usize = 0; k < bytes; k += 8) {
        const d = load<f64>(point + k) - load<f64>(other + k);
        const at = sums + 16 + k;
        store<f64>(at, load<f64>(at) + slope * d * d);
      }
    }
  }
  store<f64>(sums, byVariance);
  store<f64>(sums, byShape, 8);
}
