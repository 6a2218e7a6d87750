import type { Candidate, EvaluationCompleted } from '@trainyard/contracts';
import { compareVersions, describeFirst } from './changes.js';
import type { ModelEvent } from './events.js';
import {
  holderOf,
  latestOf,
  type ModelState,
  type ModelVersion,
  type Signature,
  signatureOf,
  stageOf,
} from './state.js';
import { nextVersion } from './version-number.js';

/** A candidate that met its gates becomes the next version, once for each job. */
export function register(
  state: ModelState | undefined,
  { candidate, ...evaluation }: EvaluationCompleted,
  modelId: string,
  now: number,
): ModelEvent[] {
  if (!candidate || !evaluation.passed || isKnown(state, candidate.jobId)) return [];
  const refusal = refusalOf(candidate);
  if (refusal) {
    const { name, jobId } = candidate;
    return [{ type: 'RegistrationRefused', modelId, name, jobId, ...refusal, at: now }];
  }
  const signature: Signature = {
    task: candidate.task,
    target: candidate.target ?? null,
    features: candidate.features,
    classes: candidate.classes,
  };
  const { version, parent, changelog } = placeAfter(state, candidate, signature, evaluation.metrics);
  const { deploy = null } = candidate;
  const registered: ModelEvent = {
    type: 'VersionRegistered',
    modelId,
    name: candidate.name,
    version: {
      ...recordOf(candidate, evaluation),
      ordinal: (state?.versions.length ?? 0) + 1,
      version,
      parent,
      changelog,
      registeredAt: now,
    },
    signature,
    deploy,
    at: now,
  };
  if (!deploy) return [registered];
  const { ordinal } = registered.version;
  const { environment } = deploy;
  return [registered, { type: 'DeploymentAsked', ordinal, environment, jobId: candidate.jobId, at: now }];
}

function isKnown(state: ModelState | undefined, jobId: string): boolean {
  return Boolean(state?.refused.includes(jobId) || state?.versions.some((version) => version.jobId === jobId));
}

/** What this platform cannot do yet is said, never done differently. */
function refusalOf({ deploy }: Candidate): { readonly code: string; readonly message: string } | undefined {
  if (!deploy) return undefined;
  const code = 'OPTION_UNSUPPORTED';
  if (!stageOf(deploy.environment)) {
    return { code, message: `deploy.environment is "${deploy.environment}", but must be "staging" or "production"` };
  }
  if (deploy.strategy === 'replace') return undefined;
  return { code, message: `deploy.strategy "${deploy.strategy}" is not supported; use "replace", or leave it out` };
}

function recordOf(
  candidate: Candidate,
  { metrics, gates, report }: Omit<EvaluationCompleted, 'candidate'>,
): Omit<ModelVersion, 'signature' | 'ordinal' | 'version' | 'parent' | 'changelog' | 'registeredAt'> {
  return {
    jobId: candidate.jobId,
    stage: 'Development',
    moves: [],
    algorithm: candidate.model,
    params: candidate.params,
    dataset: candidate.dataset,
    seed: candidate.seed,
    codeVersion: candidate.codeVersion,
    experiment: candidate.experiment,
    tags: candidate.tags,
    warnings: candidate.warnings,
    artifacts: {
      bundle: candidate.artifact,
      holdout: candidate.holdout,
      trainingReport: candidate.report,
      evaluationReport: report,
    },
    metrics,
    trainingMetrics: candidate.trainingMetrics,
    trainingSeconds: candidate.trainingSeconds,
    gates,
  };
}

/** The number, parent and changelog of the next version. Numbers grow from the highest one, whoever the parent is. */
function placeAfter(
  state: ModelState | undefined,
  candidate: Candidate,
  signature: Signature,
  metrics: ModelVersion['metrics'],
): Pick<ModelVersion, 'version' | 'parent' | 'changelog'> {
  const after = { ...candidate, algorithm: candidate.model, signature, metrics };
  const last = state?.versions.at(-1)?.version;
  const parent = holderOf(state, 'Production') ?? latestOf(state);
  if (!state || !parent) {
    return { version: nextVersion(last, 'major'), parent: null, changelog: describeFirst(after) };
  }
  const { size, sentence } = compareVersions({ ...parent, signature: signatureOf(state, parent) }, after);
  const changelog = `${size[0]?.toUpperCase()}${size.slice(1)} change over ${parent.version}: ${sentence}`;
  return { version: nextVersion(last, size), parent: parent.version, changelog };
}
