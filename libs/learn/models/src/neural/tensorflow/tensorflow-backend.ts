import { createRequire } from 'node:module';
import type { Backend, Executable, Program } from '../backend/backend.js';
import type { Graph } from '../graph/graph.js';
import type { TensorFlowBinding } from './binding.js';
import { TensorFlowProgram } from './program.js';

/** TensorFlow through the native binding of tfjs-node: graphs are run by TensorFlow's own sessions, without tfjs in between. */
export class TensorFlowBackend implements Backend {
  readonly flavour = 'tensorflow';
  readonly version: string;

  private constructor(
    readonly name: 'tensorflow' | 'tensorflow-gpu',
    private readonly binding: TensorFlowBinding,
  ) {
    this.version = binding.TF_Version;
  }

  /**
   * Loads the binding. `threads` is what TensorFlow may use in this process; the first load decides, because TensorFlow makes its
   * threads once. Throws Error when the binding does not load, or finds no GPU where one is wanted.
   */
  static load(file: string, gpu: boolean, threads: number): TensorFlowBackend {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
    process.env.TF_NUM_INTEROP_THREADS ??= String(threads);
    const binding = createRequire(import.meta.url)(file) as TensorFlowBinding;
    if (gpu && !binding.isUsingGpuDevice()) throw new Error('TensorFlow finds no GPU');
    return new TensorFlowBackend(gpu ? 'tensorflow-gpu' : 'tensorflow', binding);
  }

  compile(graph: Graph, programs: Readonly<Record<string, Program>>): Executable {
    return new TensorFlowProgram(this.binding, graph, programs);
  }

  tensors(): number {
    return this.binding.getNumOfTensors();
  }
}
