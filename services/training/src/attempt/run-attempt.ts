import type { ArtifactStore } from '@trainyard/artifacts';
import type { Candidate } from '@trainyard/contracts';
import { type DataFormat, predictsValues, readTable, type Table } from '@trainyard/data';
import type { TaskContext } from '@trainyard/flow';
import { decodeArtifact, encodeArtifact, type ModelArtifact } from '@trainyard/models';
import type { Snapshot, SourceResolver } from '@trainyard/sources';
import {
  encodeBundle,
  encodeHoldout,
  objectiveValue,
  type TrainProgress,
  type TrainResult,
  trainModel,
} from '@trainyard/workflow';
import type { AttemptNote, AttemptResult, AttemptTask, Phase } from './attempt.js';

export interface AttemptTools extends TaskContext {
  readonly artifacts: ArtifactStore;
  readonly sources: SourceResolver;
  /** The rows of the last file read, for the next trial on the same bytes. */
  readonly recent: RecentTable;
}

/** A failure with a code that the job can show. */
export class AttemptError extends Error {
  override readonly name = 'AttemptError';
  readonly retriable = false;

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const CHECKPOINT_EVERY = 25;

/**
 * One attempt, start to end: snapshot the data, train, store the results by content. Running it twice stores the same bytes
 * under the same names, so an attempt that was thought dead does no harm.
 */
export async function runAttempt(task: AttemptTask, tools: AttemptTools): Promise<AttemptResult> {
  const { dataset } = task.request;
  const enter = phaseTeller(tools);
  enter('read');
  await tools.note(progress('reading', 0));
  const snapshot = await tools.sources.snapshot(dataset.uri, tools.signal);
  const format = dataset.format ?? snapshot.format;
  const table = await tools.recent.read(snapshot, format, dataset.uri, tools.signal);
  const result = await trainModel(task.request, {
    table,
    signal: tools.signal,
    threads: task.threads ?? 1,
    onProgress: (at) => {
      enter(phaseOf[at.stage]);
      return tools.note(noteOf(at));
    },
    ...(task.kind === 'job' ? { checkpoint: await checkpointing(task, tools) } : {}),
  });
  if (task.kind === 'trial') return { kind: 'trial', outcome: outcomeOf(task, result) };
  enter('store');
  return { kind: 'job', candidate: await candidateOf(task, result, { snapshot, format, table }, tools.artifacts) };
}

const phaseOf: Readonly<Record<TrainProgress['stage'], Phase>> = {
  reading: 'read',
  preparing: 'prepare',
  cross_validating: 'cross-validate',
  fitting: 'fit',
  scoring: 'evaluate',
  done: 'evaluate',
};

/** Tells of a phase once, when it begins. */
function phaseTeller({ note }: AttemptTools): (phase: Phase) => void {
  let current: Phase | undefined;
  return (phase) => {
    if (phase === current) return;
    current = phase;
    void note({ type: 'phase', phase, at: Date.now(), pid: process.pid } satisfies AttemptNote);
  };
}

/** Saves every few iterations, and continues from what an earlier attempt saved, to the model it would have made. */
async function checkpointing({ checkpoint }: AttemptTask, { artifacts, note }: AttemptTools) {
  const resume = checkpoint ? await loadCheckpoint(checkpoint, artifacts) : undefined;
  return {
    everyIterations: CHECKPOINT_EVERY,
    save: async (state: ModelArtifact) => {
      const { digest } = await artifacts.put(encodeArtifact(state));
      await note({ type: 'checkpoint', digest } satisfies AttemptNote);
    },
    ...(resume ? { resume } : {}),
  };
}

/** A checkpoint that is gone or damaged costs time, not the job. */
async function loadCheckpoint(digest: string, artifacts: ArtifactStore): Promise<ModelArtifact | undefined> {
  try {
    return decodeArtifact(await artifacts.get(digest));
  } catch {
    return undefined;
  }
}

function outcomeOf({ objective: asked = 'auto' }: AttemptTask, { report }: TrainResult) {
  const objective = asked === 'auto' ? lossOf(report.task) : asked;
  const value = objectiveValue(report, objective);
  if (value === undefined || !Number.isFinite(value)) {
    throw new AttemptError(
      'OBJECTIVE_MISSING',
      `the trial has no finite ${objective}; choose another objective or keep validation rows`,
    );
  }
  return { value, metrics: report.validationMetrics ?? report.metrics, seconds: report.seconds.fit };
}

/** What trials are compared by when the study could not know the task: smaller is better for each. */
function lossOf(task: TrainResult['report']['task']): string {
  if (predictsValues(task)) return 'rmse';
  if (task === 'anomaly') return 'mean_score';
  return task === 'clustering' ? 'davies_bouldin' : 'log_loss';
}

interface Data {
  readonly snapshot: Snapshot;
  readonly format: string | undefined;
  readonly table: Table;
}

async function candidateOf(
  task: AttemptTask,
  { bundle, report, holdout }: TrainResult,
  { snapshot, format, table }: Data,
  artifacts: ArtifactStore,
): Promise<Candidate> {
  const { request, jobId, attempt, name } = task;
  const [artifact, predictions, reportBytes] = await Promise.all([
    artifacts.put(encodeBundle(bundle)),
    artifacts.put(encodeHoldout(holdout)),
    artifacts.put(Buffer.from(JSON.stringify(report))),
  ]);
  const { trainLoss, validationLoss, bestIteration, iterations } = report.training;
  return {
    jobId,
    attempt,
    name,
    experiment: request.experiment,
    tags: request.tags,
    task: report.task,
    model: report.model,
    params: report.params as Candidate['params'],
    target: report.target ?? null,
    features: report.features,
    classes: report.classes ?? [],
    dataset: {
      hash: snapshot.digest,
      uri: snapshot.uri,
      source: request.dataset.uri,
      format: format ?? 'csv',
      rows: table.rows,
      columns: table.columns.length,
    },
    artifact: artifact.digest,
    holdout: predictions.digest,
    report: reportBytes.digest,
    trainingMetrics: finite({
      trainLoss,
      validationLoss,
      bestIteration,
      iterations,
      trainAccuracy: report.trainAccuracy,
    }),
    trainingSeconds: report.seconds.fit,
    seed: report.seed,
    codeVersion: process.env.CODE_VERSION ?? 'trainyard/0.1.0',
    warnings: [...report.warnings, ...report.decisions],
    gates: request.gates,
    deploy: request.deploy ?? null,
  };
}

function finite(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function noteOf({
  stage,
  fraction,
  iteration = 0,
  iterations = 0,
  trainLoss,
  validationLoss,
}: TrainProgress): AttemptNote {
  return {
    ...progress(stage, fraction),
    iteration,
    iterations,
    ...(trainLoss === undefined ? {} : { trainLoss }),
    ...(validationLoss === undefined ? {} : { validationLoss }),
  };
}

function progress(stage: string, fraction: number): Extract<AttemptNote, { type: 'progress' }> {
  return { type: 'progress', progress: fraction, iteration: 0, iterations: 0, message: stage };
}

/** Trials of one study read the same bytes: the last table stays in memory. */
export class RecentTable {
  private key = '';
  private table: Table | undefined;

  /** @param name what errors call the file */
  async read(
    { digest, path }: Snapshot,
    format: string | undefined,
    name: string,
    signal: AbortSignal,
  ): Promise<Table> {
    const key = `${digest}/${format ?? ''}`;
    if (this.table && this.key === key) return this.table;
    this.table = undefined;
    const table = await readTable(path, { name, signal, ...(format ? { format: format as DataFormat } : {}) });
    this.key = key;
    this.table = table;
    return table;
  }
}
