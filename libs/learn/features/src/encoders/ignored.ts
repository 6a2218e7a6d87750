import type { Encoder } from './encoder.js';

export interface IgnoredState {
  readonly kind: 'ignored';
  readonly name: string;
}

/** A feature that was missing in every row of the data: it may be sent, and makes no output. */
export function ignoredEncoder(state: IgnoredState): Encoder {
  return {
    input: state.name,
    outputs: [],
    categorical: false,
    accepts: 'anything',
    writeMissing: () => {},
    writeValue: () => true,
    writeColumn: () => {},
    describe: () => ({ name: state.name, type: 'category', example: null }),
    toJSON: () => state,
  };
}
