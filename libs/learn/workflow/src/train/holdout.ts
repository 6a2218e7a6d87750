import { isUnsupervised, LearnError, predictsValues, type Task } from '@trainyard/data';
import { arrayOf, decodeArtifact, encodeArtifact, expectFormat } from '@trainyard/models';
import { type Evaluation, evaluate, evaluateAnomalies } from '@trainyard/validation';

/**
 * The held-out rows' truth and predictions: all that an evaluation in another process needs. n entries each; `yTrue` and `values` are
 * row-major `n x outputs` where a row has several.
 */
export interface Holdout {
  readonly task: Task;
  readonly model: string;
  readonly target?: string;
  readonly classes?: readonly string[];
  readonly outputs?: readonly string[];
  /** NaN without a target. */
  readonly yTrue: Float64Array;
  readonly values: Float64Array;
  /** Of anomaly detection: how odd each row is. */
  readonly scores?: Float64Array;
  /** Row-major `n x classes`. */
  readonly probabilities?: Float64Array;
  readonly weight?: Float64Array;
  /** Of a clustering: its metrics, which need the rows themselves and so are taken where they are. */
  readonly clusters?: Pick<Evaluation, 'metrics' | 'notes'>;
}

const FORMAT = 'trainyard.holdout';

export function encodeHoldout({ task, model, target, classes, outputs, clusters, ...columns }: Holdout): Uint8Array {
  const arrays = Object.fromEntries(Object.entries(columns).filter(([, array]) => array !== undefined));
  const manifest = {
    ...{ task, model, target },
    ...(classes ? { classes } : {}),
    ...(outputs ? { outputs } : {}),
    ...(clusters ? { clusters } : {}),
  };
  return encodeArtifact({ format: FORMAT, version: 1, manifest, arrays });
}

/** Reads what `encodeHoldout` wrote. Throws ARTIFACT_INVALID. */
export function decodeHoldout(bytes: Uint8Array): Holdout {
  const artifact = decodeArtifact(bytes);
  expectFormat(artifact, FORMAT, 1);
  const { task, model, target, classes, outputs, clusters } = artifact.manifest as unknown as Holdout;
  const yTrue = arrayOf(artifact, 'yTrue', Float64Array);
  const n = yTrue.length;
  const probabilities = artifact.arrays.probabilities?.length ?? 0;
  const k = classes?.length ?? (n > 0 ? Math.round(probabilities / n) : 0);
  if (task === 'clustering' && clusters === undefined)
    throw new LearnError('ARTIFACT_INVALID', 'The held-out clusters lack their metrics.');
  if (!predictsValues(task) && !isUnsupervised(task) && k < 2)
    throw new LearnError('ARTIFACT_INVALID', 'The held-out predictions lack their classes.');
  return {
    task,
    model,
    ...(target ? { target } : {}),
    ...(classes ? { classes } : {}),
    ...(outputs ? { outputs } : {}),
    ...(clusters ? { clusters } : {}),
    yTrue,
    values: arrayOf(artifact, 'values', Float64Array, n),
    ...(artifact.arrays.scores ? { scores: arrayOf(artifact, 'scores', Float64Array, n) } : {}),
    ...(artifact.arrays.probabilities
      ? { probabilities: arrayOf(artifact, 'probabilities', Float64Array, n * k) }
      : {}),
    ...(artifact.arrays.weight
      ? { weight: arrayOf(artifact, 'weight', Float64Array, n / (outputs?.length ?? 1)) }
      : {}),
  };
}

/** The metrics of held-out predictions. */
export function evaluateHoldout({
  task,
  yTrue,
  values,
  scores,
  probabilities,
  classes,
  outputs,
  weight,
  clusters,
}: Holdout): Evaluation {
  if (task === 'clustering') return { metrics: {}, ...clusters };
  if (task === 'anomaly') return evaluateAnomalies({ values, ...(scores ? { scores } : {}) }, yTrue);
  const predictions = { values, ...(probabilities ? { probabilities, classes: classes!.length } : {}) };
  return evaluate(task, yTrue, predictions, classes, weight, outputs);
}
