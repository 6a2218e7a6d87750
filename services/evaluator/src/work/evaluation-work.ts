import { attemptCommands, codeOf, type Flow, isRetriable, type Work } from '@trainyard/flow';
import { checkGates } from '@trainyard/validation';
import { evaluation } from '../evaluation/evaluation.js';
import type { EvaluationState, Outcome, Subject } from '../evaluation/state.js';
import { metricsInProduction, type ProductionState, productionMetrics } from '../production/production-metrics.js';
import type { EvaluationExecutor, EvaluationResult, EvaluationTask } from './executor.js';

/** Evaluations as leased work: compute the metrics, then compare them with the gates and with production. */
export function evaluationWork(flow: Flow, executor: EvaluationExecutor): Work<EvaluationState> {
  return {
    ...attemptCommands,
    kind: 'evaluation',
    aggregate: evaluation,
    waiting: (now) => ({
      where: { waiting: true, availableAt: { lte: now } },
      orderBy: [['availableAt', 'asc']],
    }),
    leaseOf: (state) => state.lease,
    execute: async (_id, { subject }, { attempt, signal, beat }) => {
      const result = await executor.run(taskOf(subject), { signal, onBeat: beat });
      return { type: 'Succeed', attempt, outcome: await judge(flow, subject, result) };
    },
    failed: (attempt, error) => ({
      type: 'Fail',
      attempt,
      code: codeOf(error),
      message: messageOf(error),
      retriable: mayPass(error),
    }),
  };
}

function taskOf(subject: Subject): EvaluationTask {
  if (subject.kind === 'candidate') return { kind: 'holdout', holdout: subject.candidate.holdout };
  const { dataset, artifact, holdout } = subject.request;
  return dataset ? { kind: 'dataset', artifact, dataset } : { kind: 'holdout', holdout };
}

async function judge(flow: Flow, subject: Subject, { metrics, report }: EvaluationResult): Promise<Outcome> {
  const { gates } = subject.kind === 'candidate' ? subject.candidate : subject.request;
  const name = subject.kind === 'candidate' ? subject.candidate.name : subject.request.modelName;
  const known = await flow.load<ProductionState>(productionMetrics, name);
  const { passed, results } = checkGates(gates, metrics, metricsInProduction(known?.state));
  return { metrics, gates: results.map(({ threshold: _, ...gate }) => gate), passed, report };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** An error with a code of its own says itself whether it passes; one without gets the usual few tries. */
function mayPass(error: unknown): boolean {
  return isRetriable(error) || codeOf(error) === 'INTERNAL';
}
