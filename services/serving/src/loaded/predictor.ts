import { Predictor } from '@trainyard/workflow';

/** What serving needs of a loaded model bundle. */
export type ServedPredictor = Pick<
  Predictor,
  'task' | 'classes' | 'inputs' | 'window' | 'blank' | 'predictInstances' | 'watchDrift'
>;

/** Opens the bytes of a model bundle. @throws LearnError ARTIFACT_INVALID or MODEL_UNKNOWN */
export type OpenBundle = (bytes: Uint8Array) => ServedPredictor;

export const openBundle: OpenBundle = (bytes) => Predictor.from(bytes);
