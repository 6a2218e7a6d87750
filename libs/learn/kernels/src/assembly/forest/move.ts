/** Copies what went right behind what went left: memory.copy costs a call out of WASM, too much for a few. */
export function moveRight(to: usize, from: usize, bytes: usize): void {
  if (bytes >= 512) memory.copy(to, from, bytes);
  else {
    let k: usize = 0;
    for (; k + 16 <= bytes; k += 16) v128.store(to + k, v128.load(from + k));
    for (; k < bytes; k += 4) store<u32>(to + k, load<u32>(from + k));
  }
}
