import type { Candidate, EvaluationCompleted } from '@trainyard/contracts';

/** A candidate as training announces it, with some fields changed. */
export function candidateOf(changes: Partial<Candidate> = {}): Candidate {
  return {
    jobId: 'job-1',
    attempt: 1,
    name: 'late-flights',
    experiment: 'default',
    tags: {},
    task: 'binary',
    model: 'lightgbm',
    params: { learning_rate: 0.1, num_leaves: 31 },
    target: 'late',
    features: ['distance', 'carrier'],
    classes: ['no', 'yes'],
    dataset: {
      hash: 'a'.repeat(64),
      uri: `dataset://${'a'.repeat(64)}`,
      source: 'file:///data/flights.csv',
      format: 'csv',
      rows: 1000,
      columns: 3,
    },
    artifact: 'b'.repeat(64),
    holdout: 'c'.repeat(64),
    report: 'd'.repeat(64),
    trainingMetrics: { train_loss: 0.2 },
    trainingSeconds: 1.5,
    seed: 7,
    codeVersion: '0.1.0',
    warnings: [],
    gates: [],
    ...changes,
  };
}

/** What the evaluator says of a candidate. */
export function evaluatedOf(
  changes: Partial<Candidate> = {},
  result: Partial<EvaluationCompleted> = {},
): EvaluationCompleted {
  const candidate = candidateOf(changes);
  return {
    evaluationId: candidate.jobId,
    jobId: candidate.jobId,
    candidate,
    metrics: { log_loss: 0.4, accuracy: 0.8 },
    gates: [],
    passed: true,
    report: 'e'.repeat(64),
    evaluatedAt: 5,
    ...result,
  };
}
