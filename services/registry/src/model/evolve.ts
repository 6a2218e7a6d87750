import type { ModelEvent } from './events.js';
import type { ModelState, ModelVersion, Signature } from './state.js';

/** Applies one event. The only place where a model's state is made. */
export function evolve(before: ModelState | undefined, event: ModelEvent): ModelState {
  switch (event.type) {
    case 'VersionRegistered':
      return registered(before ?? empty(event), event);
    case 'RegistrationRefused': {
      const state = before ?? empty(event);
      return { ...state, refused: [...state.refused, event.jobId], updatedAt: event.at };
    }
  }
  const state = before as ModelState;
  switch (event.type) {
    case 'DeploymentAsked':
      return { ...state, deployments: state.deployments + 1, updatedAt: event.at };
    case 'StageMoved': {
      const { ordinal, from, to, reason, at } = event;
      const change = (version: ModelVersion): ModelVersion => {
        const { deploymentFailure: _, ...rest } = version;
        return {
          ...rest,
          stage: to,
          moves: from === to ? version.moves : [...version.moves, { from, to, reason, at }],
        };
      };
      return { ...changed(state, ordinal, change), updatedAt: at };
    }
    case 'DeploymentFailed': {
      const { ordinal, environment, code, message } = event;
      return changed(state, ordinal, (version) => ({ ...version, deploymentFailure: { environment, code, message } }));
    }
    case 'Withdrawn':
      return state;
    case 'Deleted': {
      const versions = state.versions.map((version) => ({ deletedAt: event.at, ...version }));
      return { ...state, versions, updatedAt: event.at };
    }
  }
}

function empty({ modelId, name, at }: { modelId: string; name: string; at: number }): ModelState {
  return { modelId, name, signatures: [], versions: [], refused: [], deployments: 0, updatedAt: at };
}

function registered(
  state: ModelState,
  { version, signature, at }: Extract<ModelEvent, { type: 'VersionRegistered' }>,
): ModelState {
  const known = state.signatures.findIndex((other) => isSame(other, signature));
  const index = known >= 0 ? known : state.signatures.length;
  return {
    ...state,
    signatures: known >= 0 ? state.signatures : [...state.signatures, signature],
    versions: [...state.versions, { ...version, signature: index }],
    updatedAt: at,
  };
}

function isSame(one: Signature, other: Signature): boolean {
  const key = ({ task, target, features, classes }: Signature) => JSON.stringify([task, target, features, classes]);
  return key(one) === key(other);
}

function changed(state: ModelState, ordinal: number, change: (version: ModelVersion) => ModelVersion): ModelState {
  const versions = state.versions.map((version) => (version.ordinal === ordinal ? change(version) : version));
  return { ...state, versions };
}
