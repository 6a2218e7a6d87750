/** Category codes as LightGBM's bit set: bit c % 32 of word c / 32. At least one word. */
export function toBits(codes: readonly number[]): Uint32Array {
  const words = new Uint32Array(1 + Math.floor(Math.max(0, ...codes) / 32));
  for (const code of codes) words[code >> 5]! |= 1 << (code & 31);
  return words;
}

/** The category codes in a bit set, ascending. */
export function fromBits(words: readonly number[]): number[] {
  const codes: number[] = [];
  words.forEach((word, w) => {
    for (let bit = 0; bit < 32; bit++) if ((word >>> bit) & 1) codes.push(w * 32 + bit);
  });
  return codes;
}
