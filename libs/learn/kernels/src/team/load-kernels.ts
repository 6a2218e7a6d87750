import { readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;

/**
 * The kernels over this memory, compiled once a thread. `Kernels` is the part of the exports that the caller uses; src/assembly
 * says what each does. Addresses are bytes in the memory.
 */
export function loadKernels<Kernels>(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../kernels.wasm', import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels;
}
