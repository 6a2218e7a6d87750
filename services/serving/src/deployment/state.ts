import type { DeploymentRequested } from '@trainyard/contracts';
import type { Attempts } from '@trainyard/flow';

/** pending: a request waits or is being loaded; ready: all are answered and a version serves. */
export type DeploymentStatus = 'pending' | 'ready' | 'failed' | 'retired';

/** A request that became the version which serves. */
export interface ActiveVersion {
  readonly deploymentId: string;
  readonly version: string;
  readonly ordinal: number;
  readonly artifact: string;
  readonly requestedAt: number;
  readonly readyAt: number;
}

export interface Failure {
  readonly deploymentId: string;
  readonly version: string;
  readonly code: string;
  readonly message: string;
  readonly at: number;
}

/**
 * What one model serves in one environment. Requests are answered one after the other, oldest first, so that each job
 * hears of its own deployment; the version that serves is the one that was asked for last.
 */
export interface DeploymentState extends Attempts {
  readonly modelId: string;
  readonly modelName: string;
  readonly environment: string;
  /** Waiting requests in the order they were made. The lease works on the one named by `current`. */
  readonly queue: readonly DeploymentRequested[];
  readonly current?: string;
  readonly active?: ActiveVersion;
  /** The latest answered requests, so that a repeated one is known. */
  readonly answered: readonly string[];
  readonly failure?: Failure;
  readonly retiredAt?: number;
  readonly updatedAt: number;
}

/** Requests are ordered by when they were made, then by id; arrival does not matter. */
export function isBefore(
  a: { readonly requestedAt: number; readonly deploymentId: string },
  b: { readonly requestedAt: number; readonly deploymentId: string },
): boolean {
  if (a.requestedAt !== b.requestedAt) return a.requestedAt < b.requestedAt;
  return a.deploymentId < b.deploymentId;
}

export function statusOf(state: DeploymentState): DeploymentStatus {
  if (state.queue.length > 0) return 'pending';
  if (state.active) return 'ready';
  return state.retiredAt === undefined ? 'failed' : 'retired';
}

export function deploymentIdOf(modelId: string, environment: string): string {
  return `${modelId}:${environment}`;
}

export const ENVIRONMENTS = ['production', 'staging'] as const;
