import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { arrayOf } from '../../artifact-fields.js';
import type { FitOptions, TrainingMetrics } from '../../model.js';
import { type Part, Trainer, type TrainerOptions } from './trainer.js';

type Weights = ReadonlyMap<string, Float32Array>;

export interface MembersOptions extends Omit<TrainerOptions, 'fingerprint' | 'initial'> {
  readonly train: Part;
  readonly validation: Part | undefined;
  readonly fit: FitOptions;
  /** Networks to train. */
  readonly count: number;
  /** What tells checkpoints of other fits apart. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Weights to go on from, of each network. */
  readonly initial?: readonly Weights[];
}

/** Far from the seeds that a user would take for other fits. */
const SEED_STEP = 7_919;

/**
 * One network, or several one after the other that differ by their seeds alone: a deep ensemble (Lakshminarayanan et al. 2017). Progress
 * counts the epochs of all; a checkpoint of a later one holds those that are done. Losses are the means over the networks.
 */
export async function trainMembers(options: MembersOptions): Promise<{
  members: Weights[];
  metrics: Omit<TrainingMetrics, 'seconds'>;
}> {
  const { train, validation, fit, count, about, initial, ...shared } = options;
  const { members, metrics } = finishedMembers(fit.checkpoint?.resume, count);
  const resumed = members.length;
  for (let index = members.length; index < count; index++) {
    const seed = fit.seed + SEED_STEP * index;
    const start = initial?.[index];
    const trainer = new Trainer(
      train,
      validation,
      { ...shared, fingerprint: { ...about, seed }, ...(start ? { initial: start } : {}) },
      { ...asPart(index > resumed ? anew(fit) : fit, shared.params.epochs * count, members, metrics), seed },
    );
    const one = await trainer.run();
    members.push(one.weights);
    metrics.push(one.metrics);
  }
  return { members, metrics: together(metrics) };
}

type Metrics = Omit<TrainingMetrics, 'seconds'>;

/** Without what to resume from, which is of an earlier network. */
function anew({ checkpoint, ...fit }: FitOptions): FitOptions {
  if (checkpoint === undefined) return fit;
  const { resume: _, ...saving } = checkpoint;
  return { ...fit, checkpoint: saving };
}

/** The options of a fit for one network, after those that are done. */
function asPart(
  fit: FitOptions,
  iterations: number,
  done: readonly Weights[],
  metrics: readonly Metrics[],
): FitOptions {
  const before = metrics.reduce((sum, each) => sum + each.iterations, 0);
  const { onProgress, onBatch, checkpoint } = fit;
  const arrays = Object.fromEntries(
    done.flatMap((weights, i) => [...weights].map(([name, values]) => [`done.${i}:${name}`, values])),
  );
  return {
    ...fit,
    ...(onProgress
      ? { onProgress: (progress) => onProgress({ ...progress, iteration: before + progress.iteration, iterations }) }
      : {}),
    ...(onBatch ? { onBatch: (at) => onBatch({ ...at, iteration: before + at.iteration }) } : {}),
    ...(checkpoint
      ? {
          checkpoint: {
            ...checkpoint,
            save: (artifact) => checkpoint.save(done.length === 0 ? artifact : withMembers(artifact, arrays, metrics)),
          },
        }
      : {}),
  };
}

function withMembers(
  artifact: ModelArtifact,
  arrays: ModelArtifact['arrays'],
  done: readonly Metrics[],
): ModelArtifact {
  return { ...artifact, manifest: { ...artifact.manifest, done }, arrays: { ...artifact.arrays, ...arrays } };
}

/** The networks that a checkpoint says are done. Throws CHECKPOINT_MISMATCH when they are more than are wanted. */
function finishedMembers(resume: ModelArtifact | undefined, count: number): { members: Weights[]; metrics: Metrics[] } {
  const metrics = [...((resume?.manifest.done as Metrics[] | undefined) ?? [])];
  if (metrics.length >= count) {
    const words = `The checkpoint is of ${metrics.length + 1} networks or more, and params.ensemble_size is ${count}: start without it.`;
    throw new LearnError('CHECKPOINT_MISMATCH', words);
  }
  const members = metrics.map((_, i) => {
    const keys = Object.keys(resume!.arrays).filter((key) => key.startsWith(`done.${i}:`));
    return new Map(keys.map((key) => [key.slice(key.indexOf(':') + 1), arrayOf(resume!, key, Float32Array)]));
  });
  return { members, metrics };
}

/** Means of the losses; epochs of all. */
function together(all: readonly Metrics[]): Metrics {
  if (all.length === 1) return all[0]!;
  const mean = (of: (metrics: Metrics) => number) => all.reduce((sum, each) => sum + of(each), 0) / all.length;
  const sum = (of: (metrics: Metrics) => number) => all.reduce((total, each) => total + of(each), 0);
  return {
    trainLoss: mean(({ trainLoss }) => trainLoss),
    ...(all[0]!.validationLoss === undefined ? {} : { validationLoss: mean(({ validationLoss }) => validationLoss!) }),
    bestIteration: sum(({ bestIteration }) => bestIteration),
    iterations: sum(({ iterations }) => iterations),
    earlyStopped: all.some(({ earlyStopped }) => earlyStopped),
  };
}
