import { LearnError, type Task } from '@trainyard/data';
import { arrayOf, decodeArtifact, encodeArtifact, expectFormat } from '@trainyard/models';
import { type Evaluation, evaluate } from '@trainyard/validation';

/** The held-out rows' truth and predictions: all that an evaluation in another process needs. n entries each. */
export interface Holdout {
  readonly task: Task;
  readonly model: string;
  readonly target: string;
  readonly classes?: readonly string[];
  readonly yTrue: Float64Array;
  readonly values: Float64Array;
  /** Row-major `n x classes`. */
  readonly probabilities?: Float64Array;
  readonly weight?: Float64Array;
}

const FORMAT = 'trainyard.holdout';

export function encodeHoldout({ task, model, target, classes, ...columns }: Holdout): Uint8Array {
  const arrays = Object.fromEntries(Object.entries(columns).filter(([, array]) => array !== undefined));
  const manifest = { task, model, target, ...(classes ? { classes } : {}) };
  return encodeArtifact({ format: FORMAT, version: 1, manifest, arrays });
}

/** Reads what `encodeHoldout` wrote. Throws ARTIFACT_INVALID. */
export function decodeHoldout(bytes: Uint8Array): Holdout {
  const artifact = decodeArtifact(bytes);
  expectFormat(artifact, FORMAT, 1);
  const { task, model, target, classes } = artifact.manifest as unknown as Holdout;
  const yTrue = arrayOf(artifact, 'yTrue', Float64Array);
  const n = yTrue.length;
  const k = classes?.length ?? 0;
  if (task !== 'regression' && k < 2)
    throw new LearnError('ARTIFACT_INVALID', 'The held-out predictions lack their classes.');
  return {
    task,
    model,
    target,
    ...(classes ? { classes } : {}),
    yTrue,
    values: arrayOf(artifact, 'values', Float64Array, n),
    ...(artifact.arrays.probabilities
      ? { probabilities: arrayOf(artifact, 'probabilities', Float64Array, n * k) }
      : {}),
    ...(artifact.arrays.weight ? { weight: arrayOf(artifact, 'weight', Float64Array, n) } : {}),
  };
}

/** The metrics of held-out predictions. */
export function evaluateHoldout({ task, yTrue, values, probabilities, classes, weight }: Holdout): Evaluation {
  const predictions = { values, ...(probabilities ? { probabilities, classes: classes!.length } : {}) };
  return evaluate(task, yTrue, predictions, classes, weight);
}
