import type { Instance } from '@trainyard/features';
import { Problem } from '@trainyard/service';
import { z } from 'zod';

export const MAX_INSTANCES = 10_000;
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** How OpenAPI describes the body; `readPredictRequest` checks the same by hand, because this call must be fast. */
export const predictRequest = z.strictObject({
  instances: z
    .array(z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]))
    .min(1)
    .max(MAX_INSTANCES)
    .describe('features by name, or all values in the order of the model; a missing feature is scored as missing'),
  version: z.string().optional().describe('default: the deployed version'),
  interval: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('asks for intervals that hold the truth with this probability, of models that know them'),
  explain: z.boolean().optional().describe('not supported yet'),
});

export interface PredictRequest {
  readonly instances: readonly Instance[];
  readonly version?: string;
  /** A probability; asks for intervals. */
  readonly interval?: number;
}

/**
 * Checks the envelope of a prediction request; the predictor checks the instances.
 * @throws Problem VALIDATION_FAILED or OPTION_UNSUPPORTED naming the field
 */
export function readPredictRequest(body: unknown): PredictRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('body', 'must be an object: {"instances": [{"feature": value}]}');
  }
  for (const field in body) {
    if (field !== 'instances' && field !== 'version' && field !== 'explain' && field !== 'interval') {
      throw invalid(field, 'is not a field of this call; it takes instances, version, interval and explain');
    }
  }
  const { instances, version, interval, explain } = body as Record<string, unknown>;
  if (!Array.isArray(instances) || instances.length === 0) {
    throw invalid('instances', 'must be a list of at least one instance: [{"feature": value}] or [[values]]');
  }
  if (instances.length > MAX_INSTANCES) {
    const detail = `holds ${instances.length} instances; at most ${MAX_INSTANCES} at once, more by POST .../batch`;
    throw invalid('instances', detail);
  }
  if (version !== undefined && version !== null && typeof version !== 'string') {
    throw invalid('version', 'must be a string such as "1.0.0"');
  }
  if (interval !== undefined && interval !== null && !(typeof interval === 'number' && interval > 0 && interval < 1)) {
    throw invalid('interval', 'must be a probability between 0 and 1, such as 0.9');
  }
  if (explain !== undefined && explain !== null && typeof explain !== 'boolean') {
    throw invalid('explain', 'must be true or false');
  }
  if (explain === true) {
    const detail = 'explain: explanations are not available in this version; leave it out';
    throw new Problem(400, 'OPTION_UNSUPPORTED', detail, { field: 'explain' });
  }
  return { instances, version: version ?? undefined, interval: interval ?? undefined };
}

function invalid(field: string, message: string): Problem {
  return new Problem(400, 'VALIDATION_FAILED', `${field}: ${message}`, { errors: [{ field, message }] });
}
