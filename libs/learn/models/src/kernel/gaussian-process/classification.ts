import type { Dataset } from '@trainyard/data';
import { LearnError } from '@trainyard/data';
import type { FitOptions } from '../../model.js';
import { predictionLoss } from '../../prediction-loss.js';
import { takeMatrixRows } from '../../take-rows.js';
import { classPredictions } from './class-predictions.js';
import { createDenseEngine } from './create-dense-engine.js';
import { HyperparameterSpace } from './hyperparameters.js';
import { LaplaceEvidence } from './laplace-evidence.js';
import { type GaussianProcessParams, MOST_EXACT_ROWS } from './parameters.js';
import { type Latent, Posterior } from './posterior.js';
import { notDefinite, searchKernel } from './search.js';
import { packTriangle } from './triangle.js';

/** One binary posterior for two classes; for more, one for each class against the rest. */
export interface ClassificationFit {
  readonly posteriors: readonly Posterior[];
  /** Log marginal likelihood of each. */
  readonly logMarginalLikelihoods: readonly number[];
  /** Weighted mean log loss of the training rows. */
  readonly trainLoss: number;
}

/** Throws OPTION_UNSUPPORTED for more rows than the method allows. */
function checkSize(rows: number, method: GaussianProcessParams['method']): void {
  if (method === 'sparse') {
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      'Gaussian process classification has no sparse method: use method "exact" on fewer rows, or another model.',
      { field: 'params.method' },
    );
  }
  if (method === 'exact' || rows <= MOST_EXACT_ROWS) return;
  throw new LearnError(
    'OPTION_UNSUPPORTED',
    `Gaussian process classification is exact, and ${rows} rows would need ${((3.5 * rows * rows * 8) / 1e9).toFixed(1)} GB of memory: use at most ${MOST_EXACT_ROWS} rows, another model, or method "exact" to try.`,
    { field: 'params.method' },
  );
}

/** Fits the posteriors one after the other. */
export async function fitClassification(
  train: Dataset,
  params: GaussianProcessParams,
  { seed, threads = 1 }: FitOptions,
  breathe: () => Promise<void>,
): Promise<ClassificationFit> {
  const kept = Uint32Array.from(train.y.keys()).filter((i) => train.weight === undefined || train.weight[i]! > 0);
  checkSize(kept.length, params.method);
  const x = takeMatrixRows(train.x, kept);
  const weight = Float64Array.from(kept, (i) => train.weight?.[i] ?? 1);
  const space = new HyperparameterSpace(params, x.cols, false);
  const positives = train.classes!.length === 2 ? [1] : train.classes!.map((_, c) => c);
  const engine = await createDenseEngine(x.rows, x.cols, threads, 1 + 0.5 * positives.length);
  const posteriors: Posterior[] = [];
  const logMarginalLikelihoods: number[] = [];
  const latents: Latent[] = [];
  try {
    for (const positive of positives) {
      const y = Float64Array.from(kept, (i) => (train.y[i] === positive ? 1 : 0));
      const evidence = new LaplaceEvidence(engine, { x, y, weight }, space, breathe);
      const theta =
        params.optimizer === 'none'
          ? space.start()
          : await searchKernel(
              (at, gradient) => evidence.evaluate(at, gradient),
              ...([space, params, { rows: weight.reduce((a, b) => a + b), seed }] as const),
              async () => 'go on',
            );
      const value = await evidence.evaluate(theta);
      if (!Number.isFinite(value)) throw notDefinite();
      logMarginalLikelihoods.push(value);
      const parts = {
        ...{ hyperparameters: space.read(theta), points: x.data },
        dual: evidence.slope.slice(0, x.rows),
        roots: evidence.roots.slice(0, x.rows),
        factor: packTriangle(engine.a, engine.order, x.rows),
      };
      posteriors.push(new Posterior(parts, x.cols));
      latents.push(await evidence.latent());
    }
    const y = Float64Array.from(kept, (i) => train.y[i]!);
    const trainLoss = predictionLoss(classPredictions(latents, train.classes!.length), { ...train, x, y, weight });
    return { posteriors, logMarginalLikelihoods, trainLoss };
  } finally {
    await engine.close();
  }
}
