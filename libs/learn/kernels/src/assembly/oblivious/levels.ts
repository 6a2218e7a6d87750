/** parent -= child over `bytes` (a multiple of 32) of i32 cells: the sibling's histogram without a pass over its rows. */
export function subtractCells(parent: usize, child: usize, bytes: i32): void {
  const end = parent + bytes;
  for (; parent < end; parent += 32, child += 32) {
    v128.store(parent, i32x4.sub(v128.load(parent), v128.load(child)));
    v128.store(parent, i32x4.sub(v128.load(parent, 16), v128.load(child, 16)), 16);
  }
}

/** Writes the numbers of those rows in [from, to) whose draw (f32) is above 0; returns how many. */
export function collectRows(from: i32, to: i32, draws: usize, out: usize): i32 {
  const start = out;
  for (let r = from; r < to; r++) {
    store<i32>(out, r);
    out += (<usize>(load<f32>(draws + ((<usize>r) << 2)) > 0)) << 2;
  }
  return <i32>((out - start) >> 2);
}

/** Copies the bins of rows [from, to) of a column to where rows lie one after the other, `stride` bytes apart. */
export function placeColumn(from: i32, to: i32, column: usize, byRow: usize, stride: usize): void {
  let row = byRow + <usize>from * stride;
  for (let r = from; r < to; r++, row += stride) store<u8>(row, load<u8>(column + <usize>r));
}
