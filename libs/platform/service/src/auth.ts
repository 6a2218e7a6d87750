import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { ConfigurationError } from './config.js';
import { Problem } from './problem.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Says why a caller is turned away; undefined for one that may call. */
export type Guard = (headers: IncomingHttpHeaders) => Problem | undefined;

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Bearer keys, one a line in `file` (`#` starts a comment).
 * Without a file the service must be bound to loopback; then everyone on this machine is let in.
 *
 * @throws ConfigurationError when it would listen beyond loopback without keys, or when the file has none
 */
export function requireApiKey(host: string, file: string | undefined): Guard {
  if (!file) {
    if (isLoopback(host)) return onlyFromThisMachine;
    throw new ConfigurationError(
      `HOST=${host} is reachable from other machines: set API_KEYS_FILE, or bind to 127.0.0.1`,
    );
  }
  const keys = readApiKeys(file).map(digest);
  return (headers) => {
    const given = givenKey(headers);
    if (given && keys.some((key) => timingSafeEqual(key, digest(given)))) return undefined;
    return new Problem(401, 'API_KEY_REQUIRED', 'send a valid key: `Authorization: Bearer <key>`');
  };
}

/** `Bearer key`, `x-api-key: key`, or Basic with the key as password, which is all that schema registry clients can send. */
function givenKey({ authorization = '', 'x-api-key': key }: IncomingHttpHeaders): string | undefined {
  const [scheme = '', value = ''] = authorization.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() === 'basic')
    return Buffer.from(value, 'base64').toString('utf8').split(':').slice(1).join(':');
  return typeof key === 'string' ? key : undefined;
}

/**
 * Without keys, loopback is the guard: so a page of another site must not reach through the user's browser, neither by a
 * name that it points at 127.0.0.1 (the Host header tells) nor by a form or script of its own (the Origin header tells).
 */
const onlyFromThisMachine: Guard = ({ host = '', origin }) => {
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  if (isLoopback(name) && (origin === undefined || origin === `http://${host}`)) return undefined;
  return new Problem(
    403,
    'ORIGIN_NOT_ALLOWED',
    'calls from other sites are refused; set API_KEYS_FILE to serve other hosts',
  );
};

/**
 * The keys of an API_KEYS_FILE.
 * @throws ConfigurationError when it cannot be read or holds none
 */
export function readApiKeys(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(`API_KEYS_FILE=${file} cannot be read`);
  }
  const keys = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean);
  if (keys.length === 0) throw new ConfigurationError(`API_KEYS_FILE=${file} holds no key`);
  return keys;
}
