import { setting } from '@trainyard/service';
import { z } from 'zod';

const url = (fallback: string) => setting.url('http', 'https').default(fallback);

/** Where the other services are, when they are not in this process. */
export const upstreamSettings = z.object({
  TRAINING_URL: url('http://127.0.0.1:8081'),
  OPTIMIZER_URL: url('http://127.0.0.1:8082'),
  EVALUATOR_URL: url('http://127.0.0.1:8083'),
  REGISTRY_URL: url('http://127.0.0.1:8084'),
  SERVING_URL: url('http://127.0.0.1:8085'),
});

export interface Upstream {
  readonly name: string;
  readonly origin: string;
  /** The calls it answers: all paths that match. */
  readonly paths: RegExp;
}

/** Whose calls are whose; the first that matches takes a call. */
export function upstreamsOf(settings: z.output<typeof upstreamSettings>): Upstream[] {
  const at = (name: string, url: string | undefined, paths: RegExp): Upstream => ({
    name,
    origin: new URL(String(url)).origin,
    paths,
  });
  return [
    at('training', settings.TRAINING_URL, /^\/api\/v1\/queues(\/|$)/),
    at('evaluator', settings.EVALUATOR_URL, /^\/api\/v1\/evaluations(\/|$)/),
    at('serving', settings.SERVING_URL, /^\/api\/v1\/(predict|deployments)(\/|$)/),
    at('optimizer', settings.OPTIMIZER_URL, /^\/api\/v1\/studies(\/|$)/),
    at('registry', settings.REGISTRY_URL, /^(\/api\/v1\/(datasets|experiments|runs|models)|\/schemas)(\/|$)/),
  ];
}
