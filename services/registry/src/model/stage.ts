import type { DeploymentFailed, DeploymentReady, StageChangeRequested } from '@trainyard/contracts';
import { Rejection } from '@trainyard/flow';
import type { ModelEvent } from './events.js';
import {
  holderOf,
  isDeployed,
  livingVersions,
  type ModelState,
  type ModelVersion,
  type Stage,
  stageOf,
  stages,
} from './state.js';

/** A person's decision. Staging and Production have one holder each; serving follows by a deployment. */
export function changeStage(
  state: ModelState,
  { version: number, stage, reason }: StageChangeRequested,
  now: number,
): ModelEvent[] {
  const to = stages.find((known) => known === stage);
  if (!to) throw new Rejection('STAGE_INVALID', `there is no stage "${stage}"; use ${stages.join(', ')}`);
  const version = findVersion(state, number);
  if (!version) throw new Rejection('VERSION_NOT_FOUND', `model ${state.name} has no version ${number}`);
  if (version.stage === to) return [];
  const moves = move(state, version, to, reason || 'asked for', now);
  if (isDeployed(to)) {
    const environment = to.toLowerCase();
    return [...moves, { type: 'DeploymentAsked', ordinal: version.ordinal, environment, jobId: null, at: now }];
  }
  const left = livingVersions(state).some((other) => other !== version && isDeployed(other.stage));
  return isDeployed(version.stage) && !left ? [...moves, { type: 'Withdrawn', at: now }] : moves;
}

/** Serving has the version: that makes it the holder of its stage. */
export function deployed(
  state: ModelState,
  { version: number, environment }: DeploymentReady,
  now: number,
): ModelEvent[] {
  const to = stageOf(environment);
  const version = findVersion(state, number);
  if (!to || !version || (version.stage === to && !version.deploymentFailure)) return [];
  return move(state, version, to, `deployed to ${environment}`, now);
}

/** Serving could not load the version: kept with it, so that people see why serving did not follow. */
export function deploymentFailed(
  state: ModelState,
  { version: number, environment, code, message }: DeploymentFailed,
): ModelEvent[] {
  const version = findVersion(state, number);
  return version ? [{ type: 'DeploymentFailed', ordinal: version.ordinal, environment, code, message }] : [];
}

function findVersion(state: ModelState, number: string): ModelVersion | undefined {
  return livingVersions(state).find(({ version }) => version === number);
}

/** Moves a version, after the one that must make room for it. */
function move(state: ModelState, version: ModelVersion, to: Stage, reason: string, at: number): ModelEvent[] {
  const { ordinal, stage: from } = version;
  const moved: ModelEvent = { type: 'StageMoved', ordinal, from, to, reason, at };
  const holder = isDeployed(to) ? holderOf(state, to) : undefined;
  if (!holder || holder.ordinal === ordinal) return [moved];
  const replaced = `replaced by ${version.version}`;
  return [{ type: 'StageMoved', ordinal: holder.ordinal, from: to, to: 'Archived', reason: replaced, at }, moved];
}
