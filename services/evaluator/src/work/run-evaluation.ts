import type { ArtifactStore } from '@trainyard/artifacts';
import { codeOf } from '@trainyard/flow';
import type { SourceResolver } from '@trainyard/sources';
import type { Evaluation } from '@trainyard/validation';
import { decodeHoldout, evaluateHoldout, type Holdout } from '@trainyard/workflow';
import type { EvaluationResult, EvaluationTask } from './executor.js';
import { scoreTable } from './score-table.js';

export interface EvaluationPorts {
  readonly artifacts: ArtifactStore;
  readonly sources: SourceResolver;
  readonly signal: AbortSignal;
}

/** Everything an evaluation says, as kept in the artifact store. */
export interface EvaluationReport extends Evaluation {
  readonly task: string;
  readonly model: string;
  /** Absent when a clustering has none to compare with. */
  readonly target?: string;
  readonly rows: number;
}

/**
 * Computes one evaluation and keeps its report. Runs in a worker process.
 * @throws LearnError for bad data; SourceError and ArtifactError for data that cannot be had
 */
export async function runEvaluation(task: EvaluationTask, ports: EvaluationPorts): Promise<EvaluationResult> {
  const holdout = task.kind === 'holdout' ? await loadHoldout(task.holdout, ports) : await scoreTable(task, ports);
  const evaluation = evaluateHoldout(holdout);
  const { task: kind, model, target, values, outputs } = holdout;
  const report: EvaluationReport = {
    ...{ task: kind, model, rows: values.length / (outputs?.length ?? 1), ...evaluation },
    ...(target === undefined ? {} : { target }),
  };
  const { digest } = await ports.artifacts.put(Buffer.from(JSON.stringify(report)));
  return { metrics: evaluation.metrics, report: digest };
}

async function loadHoldout(digest: string, { artifacts }: EvaluationPorts): Promise<Holdout> {
  try {
    return decodeHoldout(await artifacts.get(digest));
  } catch (error) {
    if (codeOf(error) !== 'ARTIFACT_NOT_FOUND') throw error;
    const words = `the held-out predictions ${digest} are not in the artifact store; train the model again`;
    throw Object.assign(new Error(words, { cause: error }), { code: 'ARTIFACT_NOT_FOUND', retriable: false });
  }
}
