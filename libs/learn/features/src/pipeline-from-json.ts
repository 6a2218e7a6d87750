import { LearnError } from '@trainyard/data';
import { type DateState, dateEncoder } from './encoders/date.js';
import type { Encoder } from './encoders/encoder.js';
import { type IgnoredState, ignoredEncoder } from './encoders/ignored.js';
import { type NumericState, numericEncoder } from './encoders/numeric.js';
import { type OneHotState, oneHotEncoder } from './encoders/one-hot.js';
import { type OrdinalState, ordinalEncoder } from './encoders/ordinal.js';
import { Pipeline, type PipelineState } from './pipeline.js';

/** What is saved of one feature; its `kind` says how the column becomes numbers. */
export type FeatureState = NumericState | DateState | OrdinalState | OneHotState | IgnoredState;

function encoderFrom(state: FeatureState): Encoder {
  switch (state.kind) {
    case 'numeric':
      return numericEncoder(state);
    case 'date':
      return dateEncoder(state);
    case 'ordinal':
      return ordinalEncoder(state);
    case 'onehot':
      return oneHotEncoder(state);
    case 'ignored':
      return ignoredEncoder(state);
    default:
      throw new Error(`it has a feature of an unknown kind "${(state as { kind: unknown }).kind}"`);
  }
}

/** A pipeline as `toJSON` saved it (parsed JSON). Throws ARTIFACT_INVALID when it is damaged or of a newer version. */
export function pipelineFromJSON(json: unknown): Pipeline {
  const state = json as PipelineState;
  try {
    if (state.format !== 'trainyard.pipeline') throw new Error('it is not a pipeline');
    if (state.version !== 1) throw new Error(`its version is ${state.version} and this release reads version 1`);
    return new Pipeline(
      state.features.map((feature) => encoderFrom(feature as FeatureState)),
      state.warnings,
    );
  } catch (error) {
    if (error instanceof LearnError) throw error;
    const words = `The saved pipeline cannot be read: ${(error as Error).message}. Train the model again or update Trainyard.`;
    throw new LearnError('ARTIFACT_INVALID', words);
  }
}
