import { readFileSync } from 'node:fs';

/** The compiled kernels for shared memory, and for memory that is not. */
const compiled = new Map<boolean, WebAssembly.Module>();

/**
 * The kernels over this memory, compiled once a thread. `Kernels` is the part of the exports that the caller uses; src/assembly
 * says what each does. Addresses are bytes in the memory.
 */
export function loadKernels<Kernels>(memory: WebAssembly.Memory): Kernels {
  const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer;
  let module = compiled.get(shared);
  if (module === undefined) {
    const code = new Uint8Array(readFileSync(new URL('../kernels.wasm', import.meta.url)));
    module = new WebAssembly.Module(shared ? code : withoutSharing(code));
    compiled.set(shared, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
const MEMORY_IMPORT = 2;
/** Limits of an imported memory: it has a maximum; and it is shared. */
const HAS_MAXIMUM = 1;
const IS_SHARED = 3;

/** The same code, importing a memory that is not shared: one bit of the import section says so. */
function withoutSharing(code: Uint8Array): Uint8Array {
  let at = HEADER_BYTES;
  const readNumber = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = code[at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < code.length) {
    const section = code[at++];
    const end = readNumber() + at;
    if (section === IMPORT_SECTION) {
      readNumber();
      // The only import is the memory: two names, its kind, its limits.
      for (let name = 0; name < 2; name++) at = readNumber() + at;
      if (code[at] !== MEMORY_IMPORT || code[at + 1] !== IS_SHARED) break;
      code[at + 1] = HAS_MAXIMUM;
      return code;
    }
    at = end;
  }
  throw new Error('kernels.wasm does not begin with the import of a shared memory');
}
