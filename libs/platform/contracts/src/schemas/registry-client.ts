import { setTimeout as sleep } from 'node:timers/promises';
import { SchemaError } from '../errors.js';

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 100;
const TIMEOUT_MS = 5000;
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

/** The REST calls of a Confluent Schema Registry, tried again while it is away, on its other addresses too. */
export class RegistryClient {
  /** The addresses without passwords, for messages. */
  readonly name: string;
  private readonly bases: readonly string[];
  private readonly authorization: string | undefined;

  constructor(addresses: string) {
    const urls = addresses.split(',').map((address) => new URL(address.trim()));
    const { username, password } = urls.find((url) => url.username) ?? { username: '', password: '' };
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = username ? `Basic ${Buffer.from(login).toString('base64')}` : undefined;
    this.bases = urls.map(({ origin, pathname }) => origin + pathname.replace(/\/+$/, ''));
    this.name = this.bases.join(',');
  }

  /**
   * @returns the answer's JSON; undefined for 404
   * @throws SchemaError SCHEMA_REGISTRY_UNAVAILABLE after four tries, SCHEMA_REGISTRY_REFUSED for any other answer
   */
  async call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once<T>(this.bases[(attempt - 1) % this.bases.length]!, method, path, body);
      } catch (error) {
        if (!(error instanceof SchemaError && error.retriable) || attempt === ATTEMPTS) throw error;
        await sleep(FIRST_DELAY_MS * 2 ** (attempt - 1));
      }
    }
  }

  private async once<T>(base: string, method: string, path: string, body?: object): Promise<T | undefined> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          accept: MEDIA_TYPE,
          ...(body ? { 'content-type': MEDIA_TYPE } : {}),
          ...(this.authorization ? { authorization: this.authorization } : {}),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
      throw new SchemaError('SCHEMA_REGISTRY_UNAVAILABLE', `the schema registry ${base} cannot be reached: ${reason}`, {
        cause: error,
      });
    }
    if (status === 404) return undefined;
    if (status >= 200 && status < 300) return parse<T>(base, text);
    const code = status >= 500 || status === 429 ? 'SCHEMA_REGISTRY_UNAVAILABLE' : 'SCHEMA_REGISTRY_REFUSED';
    throw new SchemaError(
      code,
      `the schema registry answers ${status} to ${method} ${base}${path}: ${text.slice(0, 500)}`,
    );
  }
}

function parse<T>(base: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new SchemaError(
      'SCHEMA_REGISTRY_REFUSED',
      `${base} answers no JSON: is SCHEMA_REGISTRY_URL a schema registry?`,
    );
  }
}
