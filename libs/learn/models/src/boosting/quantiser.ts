import type { BoostingEngine, Spread } from '@trainyard/kernels';
import type { HistogramScale } from './growth/split-rules.js';

/** Levels of gradients and of hessians that fit 16 | 16 accumulators for `limit` rows: the fast kernels. The fewest that do are taken. */
const COARSE = [
  { gradient: 7, hessian: 15, limit: 4095 },
  { gradient: 15, hessian: 15, limit: 2184 },
];
/** Variance that coarse rounding may add, as a share of the gradients' own: classes stay below it for long, far tails do not. */
const MOST_NOISE = 0.5;
/** With fewer rows, fine levels cost nothing. */
const FEW_ROWS = 16_384;
/** Most fine levels: one more, from rounding up, must fit 16 bits with its sign. */
const FINEST = 32_000;
/** Largest sum of levels over all rows, well inside 32 bits. */
const MOST = 2 ** 30;

/**
 * Quantises the gradient pairs of one place of the engine. q32: coarsely when rounding then adds little variance to what the
 * gradients have themselves, else as finely as the sums allow (small data, or a few gradients far larger than the rest).
 * q64: always as finely.
 */
export function quantisePairs(
  engine: BoostingEngine,
  precision: 'q32' | 'q64',
  place: number,
  spread: Spread,
  rows: number,
  seed: number,
): HistogramScale {
  const largest = spread.gradient || 1;
  const noise = (largest * spread.sum) / (spread.sumOfSquares || 1);
  const isCoarse = precision === 'q32' && rows >= FEW_ROWS;
  const fine = Math.min(FINEST, Math.floor(MOST / rows));
  const levels = (isCoarse && COARSE.find(({ gradient }) => noise / gradient <= MOST_NOISE)) || {
    gradient: fine,
    hessian: fine,
    limit: 0,
  };
  const gradient = Math.fround(levels.gradient / largest);
  const hessian = Math.fround(levels.hessian / (spread.hessian || 1));
  engine.quantise(place, gradient, hessian, seed, levels.limit);
  return { gradient, hessian };
}
