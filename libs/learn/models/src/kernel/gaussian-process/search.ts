import { createRandom, LearnError } from '@trainyard/data';
import { Lbfgs } from '../../linear/lbfgs.js';
import type { OptimiserState } from '../../linear/optimiser.js';
import type { HyperparameterSpace } from './hyperparameters.js';
import type { GaussianProcessParams } from './parameters.js';

/** Where a search is: enough to go on as if it had never stopped. */
export interface SearchState {
  readonly start: number;
  readonly optimiser: OptimiserState;
  readonly running: boolean;
  /** The best kernel of the starts before this one. */
  readonly best: Float64Array;
  /** Its log marginal likelihood; null before the first start has ended. */
  readonly bestValue: number | null;
}

/** What a search maximises, writing the gradient by theta. */
export type Evidence = (theta: Float64Array, gradient: Float64Array) => Promise<number>;

/**
 * Maximises the log marginal likelihood from the parameters' kernel and from random ones. After each iteration awaits `after` with
 * the current kernel; when that says stop, the search ends. Returns the best kernel. Throws FEATURE_INVALID when the first
 * covariance is not positive definite.
 */
export async function searchKernel(
  evidence: Evidence,
  space: HyperparameterSpace,
  params: GaussianProcessParams,
  {
    rows,
    seed,
    resume,
  }: {
    /** Sum of the weights. */ readonly rows: number;
    readonly seed: number;
    readonly resume?: SearchState | undefined;
  },
  after: (theta: Float64Array, state: () => SearchState) => Promise<'go on' | 'stop'>,
): Promise<Float64Array> {
  let best = resume?.best ?? space.start();
  let bestValue = resume?.bestValue ?? null;
  for (let start = resume?.start ?? 0; start <= params.n_restarts_optimizer; start++) {
    const resumed = start === resume?.start ? resume.optimiser : undefined;
    const from = resumed ?? (start === 0 ? space.start() : space.random(createRandom(seed * 1009 + start)));
    const objective = async (theta: Float64Array, gradient: Float64Array) => {
      const value = await evidence(theta, gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i]! /= -rows;
      return -value / rows;
    };
    const optimiser = await Lbfgs.start(objective, from, params.tol);
    if (!Number.isFinite(optimiser.value)) {
      if (start > 0) continue;
      throw notDefinite();
    }
    let running = resumed ? resume!.running : !optimiser.converged;
    while (running && optimiser.iteration < params.max_iter) {
      const before = optimiser.iteration;
      running = (await optimiser.step()) === 'running';
      if (optimiser.iteration === before) break;
      const state = () => ({ start, running, optimiser: optimiser.state(), best, bestValue });
      if ((await after(optimiser.x, state)) === 'stop') return optimiser.x;
    }
    if (bestValue === null || -optimiser.value > bestValue) {
      best = optimiser.x;
      bestValue = -optimiser.value;
    }
  }
  return best;
}

export function notDefinite(): LearnError {
  return new LearnError(
    'FEATURE_INVALID',
    'The covariance of the rows is not positive definite: rows repeat or nearly do. Raise alpha or noise_level.',
  );
}
