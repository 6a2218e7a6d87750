import { freemem } from 'node:os';

/**
 * Memories that fits have given back. The garbage collector does not see how large they are and so is in no hurry to free
 * them: the next fit takes one over instead. Weak references leave the collector free to.
 */
const returned: WeakRef<WebAssembly.Memory>[] = [];
const MOST_RETURNED = 2;
const PAGE = 65_536;
/** Below this, the machine's free memory is not asked about. */
const SMALL_BYTES = 256 << 20;

/** Where there is no SharedArrayBuffer, the kernels run on one thread over memory of its own. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer !== 'undefined';
}

/** How many threads a team can have when `wanted` are asked for. */
export function usableThreads(wanted: number): number {
  return canShareMemory() ? wanted : 1;
}

/** A memory for the kernels, shared where the platform can. Throws RangeError when the machine cannot give that much. */
export function createMemory(pages: number, maximum: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum, shared: canShareMemory() });
}

/**
 * A memory of `bytes` or more; what it holds is undefined. Throws RangeError, which says how much is needed, when the machine
 * has not that much to give.
 */
export function takeMemory(bytes: number): WebAssembly.Memory {
  for (let i = 0; i < returned.length; i++) {
    const memory = returned[i]!.deref();
    if (memory === undefined || memory.buffer.byteLength < bytes) continue;
    returned.splice(i, 1);
    return memory;
  }
  const free = availableBytes();
  if (bytes > SMALL_BYTES && bytes > free) throw new RangeError(`${gigabytes(bytes)} needed, ${gigabytes(free)} free`);
  const pages = Math.ceil(bytes / PAGE);
  try {
    return createMemory(pages, pages);
  } catch {
    throw new RangeError(`${gigabytes(bytes)} needed, and the machine does not give them`);
  }
}

/** Gives a memory back; no thread may use it any more. */
export function returnMemory(memory: WebAssembly.Memory): void {
  returned.unshift(new WeakRef(memory));
  returned.length = Math.min(returned.length, MOST_RETURNED);
}

/** What this process may still take, within the limit of its container. */
function availableBytes(): number {
  return process.availableMemory?.() ?? freemem();
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
