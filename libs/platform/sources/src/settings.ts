import path from 'node:path';
import { readSettings, setting } from '@trainyard/service';
import { z } from 'zod';
import type { SourceSettings } from './resolver.js';

const list = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The variables that say what may be read; lists are comma-separated. */
export const sourceVariables = z.object({
  /** Folders that file:// addresses may name; where the process was started, and DATA_DIR, when it is not set. */
  DATA_ROOTS: z.string().optional(),
  /** Private hosts that http(s):// addresses may name. */
  SOURCE_HOSTS: z.string().optional(),
  /** Buckets that s3:// addresses may name. */
  SOURCE_BUCKETS: z.string().optional(),
  /** The largest file that is read (default 20 GiB). */
  MAX_SOURCE_BYTES: setting.integer(20 * 2 ** 30, 1),
});

/**
 * What may be read, from the environment. A text that is empty counts as not set.
 * @throws ConfigurationError for a MAX_SOURCE_BYTES that is no whole number above 0
 */
export function sourceSettings(env: NodeJS.ProcessEnv): SourceSettings {
  const { MAX_SOURCE_BYTES: maxBytes } = readSettings(sourceVariables, env);
  const roots = list(env.DATA_ROOTS);
  const started = env.INIT_CWD ?? process.cwd();
  return {
    roots: (roots.length > 0 ? roots : [started, env.DATA_DIR ?? '.trainyard']).map((root) => path.resolve(root)),
    hosts: list(env.SOURCE_HOSTS),
    buckets: list(env.SOURCE_BUCKETS),
    maxBytes,
  };
}
