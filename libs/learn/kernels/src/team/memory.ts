/**
 * Memories that fits have given back. The garbage collector does not see how large they are and so is in no hurry to free
 * them: the next fit takes one over instead. Weak references leave the collector free to.
 */
const returned: WeakRef<WebAssembly.Memory>[] = [];
const MOST_RETURNED = 2;
const PAGE = 65_536;

/** A shared memory of `bytes` or more; what it holds is undefined. Throws RangeError when the machine cannot give that much. */
export function takeMemory(bytes: number): WebAssembly.Memory {
  for (let i = 0; i < returned.length; i++) {
    const memory = returned[i]!.deref();
    if (memory === undefined || memory.buffer.byteLength < bytes) continue;
    returned.splice(i, 1);
    return memory;
  }
  const pages = Math.ceil(bytes / PAGE);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Gives a memory back; no thread may use it any more. */
export function returnMemory(memory: WebAssembly.Memory): void {
  returned.unshift(new WeakRef(memory));
  returned.length = Math.min(returned.length, MOST_RETURNED);
}
