/** An answer that is no success: the problem+json of the platform, or what stands in for it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

const KEY = 'trainyard.apiKey';

/** The key that a platform reachable from other machines asks for. It is forgotten with the browser tab. */
export function saveApiKey(key: string): void {
  sessionStorage.setItem(KEY, key);
}

export function authorization(): Record<string, string> {
  const key = sessionStorage.getItem(KEY);
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** The problem in an answer's body; a proxy in between may have answered with something else. */
export function errorOf(status: number, text: string): ApiError {
  try {
    const problem = JSON.parse(text) as { code?: string; detail?: string; title?: string };
    return new ApiError(
      status,
      problem.code ?? `HTTP_${status}`,
      problem.detail ?? problem.title ?? `status ${status}`,
    );
  } catch {
    return new ApiError(status, `HTTP_${status}`, `the server answered with status ${status}`);
  }
}

export const unreachable = () =>
  new ApiError(0, 'UNREACHABLE', 'The platform cannot be reached. Is it running? This page keeps trying.');

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * One JSON call.
 * @throws ApiError for an answer that is no success, or none at all
 */
export async function call<T>(path: string, options: CallOptions = {}): Promise<T> {
  const { method = 'GET', body, headers, signal } = options;
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...authorization(),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw unreachable();
  });
  const text = await response.text();
  if (!response.ok) throw errorOf(response.status, text);
  return (text ? JSON.parse(text) : undefined) as T;
}
