import { createRandom, type Random } from '@trainyard/data';
import type { WeightSpec } from '../layers/network.js';

/**
 * What each weight starts from, by its name and the seed: `glorot` uniform (Glorot and Bengio 2010), `he` normal (He et al. 2015),
 * `orthogonal` rows (Saxe et al. 2014), `small` normal of deviation 0.02. A part of a wider weight starts with the spread that it
 * would have as a part: the gates of a GRU as in Keras, where they are one matrix.
 */
export function initialise(weights: ReadonlyMap<string, WeightSpec>, seed: number): Map<string, Float32Array> {
  const random = createRandom(seed);
  return new Map([...weights].map(([name, spec]) => [name, start(spec, random)]));
}

function start({ shape, start: kind, columns }: WeightSpec, random: Random): Float32Array {
  const values = new Float32Array(shape.reduce((size, dimension) => size * dimension, 1));
  const [inputs = 1, outputs = 1] = shape;
  switch (kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'forget':
      // Of the four gates of an LSTM the forget gates start open (Jozefowicz et al. 2015).
      return values.fill(1, values.length / 2, (3 * values.length) / 4);
    case 'orthogonal':
      return orthogonalRows(values, inputs, outputs, random, Math.sqrt(outputs / (columns ?? outputs)));
    case 'he':
    case 'small': {
      const deviation = kind === 'small' ? 0.02 : Math.sqrt(2 / inputs);
      return values.map(() => deviation * random.normal());
    }
    default: {
      const limit = Math.sqrt(6 / (inputs + (columns ?? outputs)));
      return values.map(() => limit * (2 * random.next() - 1));
    }
  }
}

/** Random rows made orthogonal, by Gram and Schmidt, and of this length; `rows <= cols`. */
function orthogonalRows(
  values: Float32Array,
  rows: number,
  cols: number,
  random: Random,
  wanted: number,
): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * cols, (row + 1) * cols);
    for (let before = 0; before < row; before++) {
      const other = values.subarray(before * cols, (before + 1) * cols);
      let product = 0;
      for (let j = 0; j < cols; j++) product += own[j]! * other[j]!;
      for (let j = 0; j < cols; j++) own[j]! -= product * other[j]!;
    }
    const length = Math.hypot(...own);
    for (let j = 0; j < cols; j++) own[j]! /= length;
  }
  if (wanted !== 1) for (let i = 0; i < values.length; i++) values[i]! *= wanted;
  return values;
}
