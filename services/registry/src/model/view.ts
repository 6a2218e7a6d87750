import { holderOf, latestOf, livingVersions, type ModelState, type ModelVersion, signatureOf } from './state.js';

const iso = (at: number) => new Date(at).toISOString();

/** A model in a list: its latest version, the one in production, and how good they are. */
export function modelSummary(state: ModelState) {
  const latest = latestOf(state);
  const production = holderOf(state, 'Production');
  const staging = holderOf(state, 'Staging');
  const shown = production ?? latest;
  return {
    id: state.modelId,
    name: state.name,
    task: shown ? signatureOf(state, shown).task : null,
    latestVersion: latest?.version ?? null,
    productionVersion: production?.version ?? null,
    stagingVersion: staging?.version ?? null,
    stage: shown?.stage ?? null,
    algorithm: shown?.algorithm ?? null,
    metrics: shown?.metrics ?? {},
    versions: livingVersions(state).length,
    updatedAt: iso(state.updatedAt),
  };
}

/** A version in a list. */
export function versionSummary(state: ModelState, version: ModelVersion) {
  const { task, target } = signatureOf(state, version);
  return {
    version: version.version,
    ordinal: version.ordinal,
    stage: version.stage,
    task,
    target,
    algorithm: version.algorithm,
    metrics: version.metrics,
    parent: version.parent,
    changelog: version.changelog,
    jobId: version.jobId,
    deploymentFailure: version.deploymentFailure ?? null,
    registeredAt: iso(version.registeredAt),
  };
}

/** All that is kept of a version. */
export function versionDetails(state: ModelState, version: ModelVersion) {
  const { features, classes } = signatureOf(state, version);
  return {
    model: { id: state.modelId, name: state.name },
    ...versionSummary(state, version),
    params: version.params,
    features,
    classes,
    gates: version.gates,
    trainingMetrics: version.trainingMetrics,
    trainingSeconds: version.trainingSeconds,
    warnings: version.warnings,
    tags: version.tags,
    stageHistory: version.moves.map(({ at, ...move }) => ({ ...move, at: iso(at) })),
  };
}

/** Where a version comes from: enough to train it again, byte for byte. */
export function lineageView(state: ModelState, version: ModelVersion) {
  const { task, target, features, classes } = signatureOf(state, version);
  const { hash, uri, source, format, rows, columns } = version.dataset;
  return {
    model: { id: state.modelId, name: state.name, version: version.version },
    parent: version.parent,
    jobId: version.jobId,
    experiment: version.experiment,
    dataset: { hash, uri, source, format, rows, columns },
    task,
    target,
    features,
    classes,
    algorithm: version.algorithm,
    params: version.params,
    seed: version.seed,
    codeVersion: version.codeVersion,
    warnings: version.warnings,
    artifacts: version.artifacts,
    registeredAt: iso(version.registeredAt),
  };
}
