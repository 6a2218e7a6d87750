import path from 'node:path';
import type { SourceSettings } from './resolver.js';

const list = (text: string | undefined) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/**
 * DATA_ROOTS (folders, comma-separated; default: where the process was started, and DATA_DIR), SOURCE_HOSTS,
 * SOURCE_BUCKETS, MAX_SOURCE_BYTES (default 20 GiB).
 */
export function sourceSettings(env: NodeJS.ProcessEnv): SourceSettings {
  const roots = list(env.DATA_ROOTS);
  const started = env.INIT_CWD ?? process.cwd();
  return {
    roots: (roots.length > 0 ? roots : [started, env.DATA_DIR ?? '.trainyard']).map((root) => path.resolve(root)),
    hosts: list(env.SOURCE_HOSTS),
    buckets: list(env.SOURCE_BUCKETS),
    maxBytes: Number(env.MAX_SOURCE_BYTES ?? 20 * 2 ** 30),
  };
}
