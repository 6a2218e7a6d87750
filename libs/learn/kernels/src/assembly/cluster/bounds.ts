/**
 * Moves the bounds of rows [from, to) after the centres moved, and lists the rows whose nearest centre may have changed; returns
 * how many. `upper` bounds the distance to a row's own centre, `lower` (`groups` a row, a multiple of 4) the distance to the
 * other centres of each group. `moved` is how far each centre went, `drift` the largest of each group, all f32 rounded up.
 */
export function moveBounds(
  from: i32,
  to: i32,
  labels: usize,
  upper: usize,
  lower: usize,
  groups: i32,
  moved: usize,
  drift: usize,
  list: usize,
): i32 {
  const size = (<usize>groups) << 2;
  const shrink = f32x4.splat(0.9999997);
  let out = list;
  let bound = lower + <usize>from * size;
  for (let i = <usize>from; i < <usize>to; i++) {
    const own = <usize>load<u32>(labels + (i << 2));
    const far = (load<f32>(upper + (i << 2)) + load<f32>(moved + (own << 2))) * <f32>1.0000003;
    store<f32>(upper + (i << 2), far);
    let near = f32x4.splat(f32.MAX_VALUE);
    for (let g: usize = 0; g < size; g += 16, bound += 16) {
      const left = f32x4.sub(f32x4.mul(v128.load(bound), shrink), v128.load(drift + g));
      v128.store(bound, left);
      near = f32x4.pmin(near, left);
    }
    near = f32x4.pmin(near, v128.shuffle<i32>(near, near, 2, 3, 0, 1));
    near = f32x4.pmin(near, v128.shuffle<i32>(near, near, 1, 0, 3, 2));
    if (far < f32x4.extract_lane(near, 0)) continue;
    store<u32>(out, <u32>i);
    out += 4;
  }
  return <i32>((out - list) >> 2);
}

/** Lists rows [from, to). */
export function listRows(from: i32, to: i32, list: usize): void {
  for (let i = from; i < to; i++, list += 4) store<u32>(list, i);
}
