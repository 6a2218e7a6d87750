/** Features a kernel takes per pass: a pass reads a row's index and gradient once for all of them. */
const WIDTHS = Array.from({ length: 12 }, (_, i) => 4 * (i + 1));

/** How one histogram cell is added to: its size and a pair's in bytes (as shifts), and the statements around the unrolled adds. */
const KINDS = {
  packed: {
    shift: 2,
    pairShift: 2,
    value: 'load<i32>(pairs + (r << 2))',
    add: (at) => `store<i32>(p, load<i32>(p, ${at}) + v, ${at});`,
  },
  wide: {
    shift: 3,
    pairShift: 2,
    value: '((<i64>(load<i32>(pairs + (r << 2)) >> 16)) << 32) + <i64>load<u16>(pairs + (r << 2))',
    add: (at) => `store<i64>(p, load<i64>(p, ${at}) + v, ${at});`,
  },
  // Four outputs' packed pairs side by side: the roots of their trees in one pass.
  shared: {
    shift: 4,
    pairShift: 4,
    value: 'v128.load(pairs + (r << 4))',
    add: (at) => `v128.store(p, i32x4.add(v128.load(p, ${at}), v), ${at});`,
  },
  exact: {
    shift: 4,
    pairShift: 3,
    value: 'f64x2.promote_low_f32x4(v128.load64_zero(pairs + (r << 3)))',
    add: (at) => `v128.store(p, f64x2.add(v128.load(p, ${at}), v), ${at});`,
  },
};

/**
 * AssemblyScript for the histogram kernels, unrolled over the features of a pass with constant offsets, which the
 * language cannot do by itself. Each adds the gradient pairs of `n` rows into `width` histograms of 256 cells.
 *
 * The bins and pairs of 64 rows are touched before they are used where rows lie scattered: the loads then overlap. Where nearly
 * every cache line is used the processor fetches ahead by itself. The returned number means nothing; it keeps the touching loads alive.
 */
export function unrolledHistograms() {
  const kernels = Object.entries(KINDS).flatMap(([kind, { shift, pairShift, value, add }]) =>
    WIDTHS.map((width) => {
      const touch = width > 16 ? `load<u8>(b) ^ load<u8>(b, ${width - 1})` : 'load<u8>(b)';
      const adds = Array.from({ length: width }, (_, j) => {
        return `p = out + (<usize>load<u8>(b, ${j}) << ${shift}); ${add(j * (256 << shift))}`;
      });
      return `
export function ${kind}${width}(rows: usize, n: i32, pairs: usize, bins: usize, stride: usize, out: usize): u32 {
  let p: usize = 0;
  let touched: u32 = 0;
  const last = rows + (<usize>n << 2);
  const dense = max<usize>(stride, 64) * 5 / 16;
  while (rows < last) {
    const end = min<usize>(rows + 256, last);
    if (<usize>(load<u32>(end - 4) - load<u32>(rows)) * stride > (end - rows) * dense) {
      for (let q = rows; q < end; q += 4) {
        const r = <usize>load<u32>(q);
        const b = bins + r * stride;
        touched ^= ${touch} ^ load<u8>(pairs + (r << ${pairShift}));
      }
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
  return `// Written by build.mjs from unroll.mjs.\n${kernels.join('\n')}\n`;
}
