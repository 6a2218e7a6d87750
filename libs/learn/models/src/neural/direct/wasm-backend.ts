import type { Backend, Executable, Program } from '../backend/backend.js';
import type { Graph } from '../graph/graph.js';
import { DirectProgram } from './direct-program.js';

/** Our own WASM kernels on one thread: slower than TensorFlow, and there on every machine. */
export class WasmBackend implements Backend {
  readonly name = 'wasm';
  readonly version = '1';
  readonly flavour = 'plain';
  private open = 0;

  compile(graph: Graph, programs: Readonly<Record<string, Program>>): Executable {
    const program = new DirectProgram(graph, programs);
    const { close } = program;
    this.open++;
    program.close = () => {
      this.open--;
      close.call(program);
    };
    return program;
  }

  tensors(): number {
    return this.open;
  }
}
