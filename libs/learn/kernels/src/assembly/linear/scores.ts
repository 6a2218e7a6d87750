// Scores of a few rows, in single precision: scores[c][r] = bias[c] + w[c] . x[r]. Rows of `x` and of `w` are `stride` floats, a
// multiple of 8, padded with 0. `rows` is rounded up to a multiple of 4: the caller lets that many rows be read and written.

function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<i32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Two rows times three outputs: five loads for six products. */
function pairTimesThree(x: usize, stride: usize, w: usize, bias: usize, scores: usize, plane: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  const second = x + stride;
  const w1 = w + stride;
  const w2 = w1 + stride;
  for (let j: usize = 0; j < stride; j += 16) {
    const a = v128.load(x + j);
    const b = v128.load(second + j);
    let v = v128.load(w + j);
    a0 = f32x4.add(a0, f32x4.mul(a, v));
    b0 = f32x4.add(b0, f32x4.mul(b, v));
    v = v128.load(w1 + j);
    a1 = f32x4.add(a1, f32x4.mul(a, v));
    b1 = f32x4.add(b1, f32x4.mul(b, v));
    v = v128.load(w2 + j);
    a2 = f32x4.add(a2, f32x4.mul(a, v));
    b2 = f32x4.add(b2, f32x4.mul(b, v));
  }
  const s1 = scores + plane;
  const s2 = s1 + plane;
  store<f32>(scores, sumLanes(a0) + load<f32>(bias));
  store<f32>(scores, sumLanes(b0) + load<f32>(bias), 4);
  store<f32>(s1, sumLanes(a1) + load<f32>(bias, 4));
  store<f32>(s1, sumLanes(b1) + load<f32>(bias, 4), 4);
  store<f32>(s2, sumLanes(a2) + load<f32>(bias, 8));
  store<f32>(s2, sumLanes(b2) + load<f32>(bias, 8), 4);
}

/** Four rows times one output. */
function fourTimesOne(x: usize, stride: usize, w: usize, bias: usize, scores: usize): void {
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  const x1 = x + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  for (let j: usize = 0; j < stride; j += 16) {
    const v = v128.load(w + j);
    a = f32x4.add(a, f32x4.mul(v128.load(x + j), v));
    b = f32x4.add(b, f32x4.mul(v128.load(x1 + j), v));
    c = f32x4.add(c, f32x4.mul(v128.load(x2 + j), v));
    d = f32x4.add(d, f32x4.mul(v128.load(x3 + j), v));
  }
  const constant = load<f32>(bias);
  store<f32>(scores, sumLanes(a) + constant);
  store<f32>(scores, sumLanes(b) + constant, 4);
  store<f32>(scores, sumLanes(c) + constant, 8);
  store<f32>(scores, sumLanes(d) + constant, 12);
}

/** Scores of `rows` rows for `outputs` outputs. A plane (one output's scores) is `plane` bytes. */
export function linearScores(
  x: usize,
  rows: i32,
  stride: i32,
  outputs: i32,
  w: usize,
  bias: usize,
  scores: usize,
  plane: i32,
): void {
  const bytes = (<usize>stride) << 2;
  const planeBytes = <usize>plane;
  let c = 0;
  for (; c + 3 <= outputs; c += 3) {
    const wc = w + <usize>c * bytes;
    const sc = scores + <usize>c * planeBytes;
    for (let r = 0; r < rows; r += 2) {
      pairTimesThree(x + <usize>r * bytes, bytes, wc, bias + ((<usize>c) << 2), sc + ((<usize>r) << 2), planeBytes);
    }
  }
  for (; c < outputs; c++) {
    const wc = w + <usize>c * bytes;
    const sc = scores + <usize>c * planeBytes;
    for (let r = 0; r < rows; r += 4) {
      fourTimesOne(x + <usize>r * bytes, bytes, wc, bias + ((<usize>c) << 2), sc + ((<usize>r) << 2));
    }
  }
}
