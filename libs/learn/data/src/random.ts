/** A seeded source of random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  next(): number;
  /** A uniform integer in 0..n-1 (n at most 2^32). */
  integer(n: number): number;
  /** A standard normal number. */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle(rows: Uint32Array): Uint32Array;
}

/**
 * xoshiro128** (Blackman and Vigna, 2018) seeded by splitmix32. `seed` may be any integer.
 * Independent streams: derive one seed per purpose, for example `seed + 1`.
 */
export function createRandom(seed: number): Random {
  let mix = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  const splitmix32 = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = splitmix32();
  let b = splitmix32();
  let c = splitmix32();
  let d = splitmix32();

  const uint32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const next = (): number => (uint32() * 2 ** 21 + (uint32() >>> 11)) / 2 ** 53;
  const integer = (n: number): number => {
    // Numbers above the largest multiple of n are drawn again, so that each remainder is equally likely.
    const bound = 2 ** 32 - (2 ** 32 % n);
    let value = uint32();
    while (value >= bound) value = uint32();
    return value % n;
  };

  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    // Marsaglia's polar method makes two at a time.
    for (;;) {
      const u = 2 * next() - 1;
      const v = 2 * next() - 1;
      const square = u * u + v * v;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = v * scale;
      return u * scale;
    }
  };

  const shuffle = (rows: Uint32Array): Uint32Array => {
    for (let i = rows.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const row = rows[i]!;
      rows[i] = rows[j]!;
      rows[j] = row;
    }
    return rows;
  };
  return { next, integer, normal, shuffle };
}
