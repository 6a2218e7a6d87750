/** A tensor as the binding names it. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** The part of tfjs-node's native binding that is used here; see `dist/tfjs_binding.d.ts` of that package. */
export interface TensorFlowBinding {
  /** Shares the memory of `values`: it must not change until the tensor is deleted. */
  createTensor(shape: readonly number[], dtype: number, values: Float32Array | Int32Array): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array;
  /** Loads the graph of a SavedModel folder into a session. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  /** Inputs and outputs by the names of operations, separated by commas. */
  runSavedModel(session: number, tensors: readonly number[], inputs: string, outputs: string): TensorMetadata[];
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_Version: string;
}
