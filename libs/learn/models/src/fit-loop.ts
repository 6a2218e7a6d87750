import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from './artifact.js';
import type { FitOptions } from './model.js';

/** Throws ABORTED when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LearnError('ABORTED', 'The fit was cancelled.');
}

/** The longest the event loop may wait for an iterative fit: messages such as a cancellation arrive in between. */
const TURN_MILLISECONDS = 20;

/** What every iterative fit does after each iteration: report, checkpoint, let the event loop run, heed the signal. */
export class FitLoop {
  private lastTurn = performance.now();

  constructor(
    private readonly options: FitOptions,
    private readonly iterations: number,
  ) {
    throwIfAborted(options.signal);
  }

  /** `iteration` counts from 1. Rejects with ABORTED. */
  async after(iteration: number, losses: Losses, checkpoint: () => ModelArtifact): Promise<void> {
    const { onProgress, checkpoint: saving } = this.options;
    if (onProgress) await onProgress({ iteration, iterations: this.iterations, ...losses });
    if (saving && iteration % saving.everyIterations === 0) await saving.save(checkpoint());
    await this.breathe();
  }

  /** Between the steps of a long iteration: lets the event loop run when it has waited long enough. Rejects with ABORTED. */
  readonly breathe = async (): Promise<void> => {
    if (performance.now() - this.lastTurn > TURN_MILLISECONDS) {
      await new Promise((resolve) => setImmediate(resolve));
      this.lastTurn = performance.now();
    }
    throwIfAborted(this.options.signal);
  };
}

export interface Losses {
  readonly trainLoss: number;
  readonly validationLoss?: number;
}

/** Watches a validation loss: remembers the best iteration and says when `rounds` have passed without a better one. */
export class EarlyStopping {
  bestLoss: number;
  bestIteration: number;

  constructor(
    private readonly rounds: number | undefined,
    from?: { bestLoss: number; bestIteration: number },
  ) {
    this.bestLoss = from?.bestLoss ?? Number.POSITIVE_INFINITY;
    this.bestIteration = from?.bestIteration ?? 0;
  }

  /** True when this loss is the best so far. */
  improves(iteration: number, loss: number): boolean {
    if (!(loss < this.bestLoss)) return false;
    this.bestLoss = loss;
    this.bestIteration = iteration;
    return true;
  }

  exhausted(iteration: number): boolean {
    return this.rounds !== undefined && iteration - this.bestIteration >= this.rounds;
  }
}
