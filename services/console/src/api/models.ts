import { call } from './http';
import type { Algorithm, Drift, Model } from './types';

export async function listModels(signal?: AbortSignal): Promise<Model[]> {
  return (await call<{ models: Model[] }>('/api/v1/models/', signal ? { signal } : {})).models;
}

/** What a job may ask for as its `model`. */
export async function listAlgorithms(signal?: AbortSignal): Promise<Algorithm[]> {
  const answer = await call<{ algorithms: Algorithm[] }>('/api/v1/models/algorithms', signal ? { signal } : {});
  return answer.algorithms;
}

/** How far the model in production has drifted, as the process that answers sees it; it is 404 while nothing is deployed. */
export function driftOf(modelId: string, signal?: AbortSignal): Promise<Drift> {
  return call<Drift>(`/api/v1/deployments/${encodeURIComponent(modelId)}/drift?limit=1`, signal ? { signal } : {});
}

/** The page on which one model can be tried. */
export function playgroundOf(model: Model): string {
  return `/api/v1/models/${encodeURIComponent(model.id)}/playground`;
}
