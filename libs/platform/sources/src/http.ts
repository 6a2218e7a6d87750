import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import { isPrivateAddress } from './address.js';
import { SourceError } from './errors.js';

const REDIRECTS = 5;

export interface HttpSourceOptions {
  /** `host` or `host:port` names that may be private: the owner trusts them. */
  readonly trustedHosts: readonly string[];
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/**
 * Fetches a file over HTTP(S). The address is checked when the connection is made, so neither a name that resolves to a
 * private address nor a redirect to one gets through.
 *
 * @throws SourceError
 */
export async function openHttp(uri: URL, options: HttpSourceOptions): Promise<AsyncIterable<Uint8Array>> {
  let url = uri;
  for (let redirect = 0; redirect <= REDIRECTS; redirect++) {
    const trusted = options.trustedHosts.includes(url.host) || options.trustedHosts.includes(url.hostname);
    const response = await get(url, trusted, options.signal);
    const { statusCode, headers, body } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location) {
      await body.dump();
      url = new URL(String(headers.location), url);
      if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(url);
      continue;
    }
    if (statusCode !== 200) {
      await body.dump();
      const code = statusCode >= 500 ? 'SOURCE_UNREACHABLE' : 'SOURCE_NOT_FOUND';
      throw new SourceError(code, `${url.href} answered ${statusCode}`);
    }
    if (Number(headers['content-length'] ?? 0) > options.maxBytes) {
      // An abandoned body reports its own abandonment; nobody waits for it.
      body.on('error', () => {}).destroy();
      throw new SourceError('SOURCE_TOO_LARGE', `${url.href} is larger than ${options.maxBytes} bytes`);
    }
    return body;
  }
  throw new SourceError('SOURCE_UNREACHABLE', `${uri.href} redirects more than ${REDIRECTS} times`);
}

async function get(url: URL, trusted: boolean, signal?: AbortSignal) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!trusted && isIP(host) && isPrivateAddress(host)) throw refused(url);
  try {
    return await request(url, { dispatcher: trusted ? trustedAgent : publicAgent, signal });
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError('SOURCE_UNREACHABLE', `${url.href} cannot be fetched: ${(error as Error).message}`);
  }
}

/** Name resolution that fails for a name with any private address. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, '', 0);
    const first = addresses[0];
    if (!first || addresses.some(({ address }) => isPrivateAddress(address))) {
      return done(new SourceError('URI_NOT_ALLOWED', `${hostname} is a private address`), '', 0);
    }
    if ((options as { all?: boolean }).all) return done(null, addresses as never);
    done(null, first.address, first.family);
  });
};

const trustedAgent = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 30_000 });
const publicAgent = new Agent({ connect: { lookup: publicLookup, timeout: 10_000 }, headersTimeout: 30_000 });

function refused(url: URL): SourceError {
  return new SourceError(
    'URI_NOT_ALLOWED',
    `${url.href} is a private address; name its host in SOURCE_HOSTS to allow it`,
  );
}
