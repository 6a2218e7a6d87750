import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { arrayOf, expectFormat } from '../../artifact-fields.js';
import type { DecompositionState } from './decomposition.js';
import type { SvmParams } from './parameters.js';

const CHECKPOINT = 'trainyard.svm.checkpoint';

/** A fit on its way: what the finished tasks gave, and the half-solved one. */
export interface SvmProgress {
  iteration: number;
  /** Finished tasks. */
  finished: number;
  /** Of the finished machines: their rows' coefficients, one pair after the other, intercepts, and losses. */
  coefficients: Float64Array[];
  intercepts: number[];
  losses: number[];
  /** Of the finished folds: decisions of the rows held out. */
  decisions: Float64Array[];
  current?: DecompositionState;
}

/** What must be equal between the fit that saved and the fit that resumes. */
export interface FitIdentity {
  readonly rows: number;
  readonly cols: number;
  readonly seed: number;
  readonly params: SvmParams;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function parted(all: Float64Array, lengths: readonly number[]): Float64Array[] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return all.slice(at - length, at);
  });
}

export function writeCheckpoint(progress: SvmProgress, identity: FitIdentity): ModelArtifact {
  const { current, iteration, finished, coefficients, decisions } = progress;
  const lengths = (parts: readonly Float64Array[]) => parts.map((part) => part.length);
  const manifest = {
    ...identity,
    ...{ iteration, finished, coefficientLengths: lengths(coefficients), decisionLengths: lengths(decisions) },
    current: current ? { round: current.round, steps: current.steps } : null,
  };
  const arrays = {
    coefficients: joined(coefficients),
    intercepts: Float64Array.from(progress.intercepts),
    losses: Float64Array.from(progress.losses),
    decisions: joined(decisions),
  };
  if (!current) return { format: CHECKPOINT, version: 1, manifest, arrays };
  const { b, sums, syncedCoefficients, syncedSums, active, workingSet } = current;
  return {
    ...{ format: CHECKPOINT, version: 1, manifest },
    arrays: { ...arrays, b, sums, syncedCoefficients, syncedSums, active, workingSet },
  };
}

/** Throws ARTIFACT_INVALID, or CHECKPOINT_MISMATCH when it is of another fit. */
export function readCheckpoint(artifact: ModelArtifact, identity: FitIdentity): SvmProgress {
  expectFormat(artifact, CHECKPOINT, 1);
  const { iteration, finished, coefficientLengths, decisionLengths, current, ...saved } =
    artifact.manifest as unknown as {
      iteration: number;
      finished: number;
      coefficientLengths: number[];
      decisionLengths: number[];
      current: { round: number; steps: number } | null;
    } & FitIdentity;
  const differs = (Object.keys(identity.params) as (keyof SvmParams)[]).some(
    (name) => saved.params?.[name] !== identity.params[name],
  );
  if (saved.rows !== identity.rows || saved.cols !== identity.cols || saved.seed !== identity.seed || differs) {
    throw new LearnError(
      'CHECKPOINT_MISMATCH',
      'The checkpoint was made with other data, seed or parameters than this fit: start without it.',
    );
  }
  return {
    ...{ iteration, finished },
    coefficients: parted(arrayOf(artifact, 'coefficients', Float64Array), coefficientLengths),
    intercepts: [...arrayOf(artifact, 'intercepts', Float64Array)],
    losses: [...arrayOf(artifact, 'losses', Float64Array)],
    decisions: parted(arrayOf(artifact, 'decisions', Float64Array), decisionLengths),
    ...(current
      ? {
          current: {
            ...current,
            b: arrayOf(artifact, 'b', Float64Array),
            sums: arrayOf(artifact, 'sums', Float64Array),
            syncedCoefficients: arrayOf(artifact, 'syncedCoefficients', Float64Array),
            syncedSums: arrayOf(artifact, 'syncedSums', Float64Array),
            active: arrayOf(artifact, 'active', Int32Array),
            workingSet: arrayOf(artifact, 'workingSet', Int32Array),
          },
        }
      : {}),
  };
}
