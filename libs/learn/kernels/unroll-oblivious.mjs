/** Features a kernel takes per pass: a pass reads a row's index and gradients once for all of them. */
const WIDTHS = Array.from({ length: 12 }, (_, i) => 4 * (i + 1));

/** How one histogram cell is added to: its size in bytes (as a shift) and the statements around the unrolled adds. */
const KINDS = {
  pair: {
    shift: 3,
    value: 'load<i64>(steps + (r << 3))',
    add: (at) => `store<i64>(p, load<i64>(p, ${at}) + v, ${at});`,
  },
  quad: {
    shift: 4,
    value: 'v128.load(steps + (r << 4))',
    add: (at) => `v128.store(p, i32x4.add(v128.load(p, ${at}), v), ${at});`,
  },
};

/**
 * AssemblyScript for the histogram kernels of oblivious trees, unrolled over the features of a pass with constant offsets,
 * which the language cannot do by itself. Each adds the quantised gradients and weight of `n` rows into `width` histograms
 * of 256 cells.
 *
 * The bins of 64 rows are touched before they are used: rows of a leaf lie scattered, and the loads then overlap. The
 * returned number means nothing; it keeps the touching loads alive.
 */
export function unrolledObliviousHistograms() {
  const kernels = Object.entries(KINDS).flatMap(([kind, { shift, value, add }]) =>
    WIDTHS.map((width) => {
      const touch = width > 16 ? `load<u8>(b) ^ load<u8>(b, ${width - 1})` : 'load<u8>(b)';
      const adds = Array.from({ length: width }, (_, j) => {
        return `p = out + (<usize>load<u8>(b, ${j}) << ${shift}); ${add(j * (256 << shift))}`;
      });
      return `
export function ${kind}${width}(rows: usize, n: i32, steps: usize, bins: usize, stride: usize, out: usize): u32 {
  let p: usize = 0;
  let touched: u32 = 0;
  const last = rows + (<usize>n << 2);
  while (rows < last) {
    const end = min<usize>(rows + 256, last);
    for (let q = rows; q < end; q += 4) {
      const b = bins + <usize>load<u32>(q) * stride;
      touched ^= ${touch};
    }
    for (; rows < end; rows += 4) {
      const r = <usize>load<u32>(rows);
      const v = ${value};
      const b = bins + r * stride;
      ${adds.join('\n      ')}
    }
  }
  return touched;
}`;
    }),
  );
  return `// Written by build.mjs from unroll-oblivious.mjs.\n${kernels.join('\n')}\n`;
}
