import { COUNTS, Growth } from './growth';

// A pending node is 16 bytes: first entry, entries, node, depth (i32); with the kind COUNTS its statistics follow, 8 bytes a class.

function bytesOfPending(g: Growth): usize {
  return g.kind == COUNTS ? 16 + ((<usize>g.classes) << 3) : 16;
}

/** `statistics` are those of the kind COUNTS. */
export function push(g: Growth, start: i32, count: i32, node: i32, depth: i32, statistics: usize): void {
  const bytes = bytesOfPending(g);
  const p = g.stack + <usize>g.pending * bytes;
  store<i32>(p, start);
  store<i32>(p, count, 4);
  store<i32>(p, node, 8);
  store<i32>(p, depth, 12);
  for (let k: usize = 16; k < bytes; k += 8) store<u64>(p + k, load<u64>(statistics + k - 16));
  g.pending++;
}

export function pop(g: Growth): void {
  g.pending--;
  const bytes = bytesOfPending(g);
  const p = g.stack + <usize>g.pending * bytes;
  g.start = load<i32>(p);
  g.count = load<i32>(p, 4);
  g.current = load<i32>(p, 8);
  g.depth = load<i32>(p, 12);
  for (let k: usize = 16; k < bytes; k += 8) store<u64>(g.node + k - 16, load<u64>(p + k));
}
