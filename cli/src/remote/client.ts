import { type Dispatcher, request } from 'undici';
import { ServerError, UsageError } from '../failure.js';

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly bytes?: Dispatcher.DispatchOptions['body'];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the REST interface of a running platform. `TRAINYARD_API_KEY` is sent as a bearer token when set. */
export class Client {
  private readonly base: string;

  constructor(server: string) {
    if (!/^https?:\/\//.test(server))
      throw new UsageError(`--server ${server} must be a URL such as http://127.0.0.1:8080.`);
    this.base = server.replace(/\/+$/, '');
  }

  /** The JSON of a successful answer. Throws ServerError with the code of the problem document. */
  async call<T>(path: string, options: CallOptions = {}): Promise<T> {
    const { body } = await this.open(path, options);
    const text = await body.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A successful answer whose body is still to be read. */
  async open(
    path: string,
    { method = 'GET', json, bytes, headers }: CallOptions = {},
  ): Promise<Dispatcher.ResponseData> {
    const key = process.env.TRAINYARD_API_KEY;
    const response = await request(`${this.base}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...headers,
      },
      body: json === undefined ? (bytes ?? null) : JSON.stringify(json),
      bodyTimeout: 0,
    }).catch((error: NodeJS.ErrnoException) => {
      const reason = error.code ?? error.message;
      throw new ServerError(
        'UNREACHABLE',
        `${this.base} cannot be reached (${reason}). Is the platform running there?`,
      );
    });
    if (response.statusCode < 300) return response;
    throw problemOf(response.statusCode, await response.body.text());
  }
}

function problemOf(status: number, text: string): ServerError {
  try {
    const { code, detail, title } = JSON.parse(text) as { code?: string; detail?: string; title?: string };
    return new ServerError(code ?? `HTTP_${status}`, detail ?? title ?? `the server answered ${status}.`);
  } catch {
    return new ServerError(`HTTP_${status}`, `the server answered ${status}: ${text.slice(0, 200)}`);
  }
}
