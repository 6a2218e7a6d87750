/** A thread's part [from, to) of `n` things that `threads` threads share out: parts follow each other, as even as can be. */
export function shareOf(n: number, thread: number, threads: number): readonly [from: number, to: number] {
  return [Math.floor((n * thread) / threads), Math.floor((n * (thread + 1)) / threads)];
}

/** The same in whole blocks of `size`: calls `visit` for each block of the thread. */
export function eachBlockOf(
  n: number,
  size: number,
  thread: number,
  threads: number,
  visit: (from: number, to: number, block: number) => void,
): void {
  const [first, last] = shareOf(Math.ceil(n / size), thread, threads);
  for (let block = first; block < last; block++) visit(block * size, Math.min(n, (block + 1) * size), block);
}
