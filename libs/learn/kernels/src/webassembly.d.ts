/** The part of WebAssembly used here: TypeScript declares it only together with the browser's DOM. */
declare namespace WebAssembly {
  class Memory {
    constructor(limits: { initial: number; maximum: number; shared: boolean });
    /** A SharedArrayBuffer, or an ArrayBuffer where there is none. */
    readonly buffer: ArrayBufferLike;
    /** Returns the size before, in pages; `buffer` is a new one afterwards. */
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } });
    readonly exports: Record<string, unknown>;
  }
}
