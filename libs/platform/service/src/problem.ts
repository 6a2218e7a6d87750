import type { ErrorRequestHandler } from 'express';
import { ZodError } from 'zod';
import { fieldErrors } from './field-errors.js';

/** RFC 9457: what every error answer of the platform looks like. `code` is stable, `detail` says what to do. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly [extra: string]: unknown;
}

/** Thrown by a handler to answer with a problem. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly retriable = false;

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Unprocessable',
  429: 'Too many requests',
  503: 'Unavailable',
  504: 'Timed out',
};

function body(
  status: number,
  code: string,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): ProblemBody {
  return {
    type: `urn:trainyard:problem:${code}`,
    title: titles[status] ?? 'Internal error',
    status,
    code,
    detail,
    ...extra,
  };
}

/** Any thrown thing as a problem; what has no code is an internal error whose text stays in the log. */
export function problemOf(error: unknown): ProblemBody {
  if (error instanceof Problem) return body(error.status, error.code, error.message, error.extra);
  if (error instanceof ZodError) return fromZod(error);
  const { name, code, message, status, type, retriable, where, field } = (error ?? {}) as Record<string, never>;
  if (type === 'entity.too.large')
    return body(413, 'BODY_TOO_LARGE', 'the request body is larger than this call accepts');
  if (type === 'entity.parse.failed')
    return body(400, 'MALFORMED_JSON', `the body is not valid JSON: ${String(message)}`);
  if (name === 'EventError') return body(400, code, message, field ? { field } : {});
  if (name === 'LearnError') return body(400, code, message, where ?? {});
  if (name === 'Rejection') return body(rejectionStatus(code), code, message);
  if (retriable === true)
    return body(503, code ?? 'UNAVAILABLE', 'a part of the platform is away for the moment; try again');
  if (typeof status === 'number' && status >= 400 && status < 500) return body(status, 'BAD_REQUEST', String(message));
  return body(500, 'INTERNAL', 'something went wrong here, not with your request; the log has the details');
}

function rejectionStatus(code: string): number {
  if (code.endsWith('NOT_FOUND')) return 404;
  if (code.endsWith('_INVALID') || code.endsWith('_UNSUPPORTED')) return 400;
  return 409;
}

function fromZod(error: ZodError): ProblemBody {
  const errors = fieldErrors(error);
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return body(400, 'VALIDATION_FAILED', detail, { errors });
}

/** The last middleware: answers errors as `application/problem+json` and logs the unexpected ones. */
export function problemHandler(log: { error(fields: object, message: string): void }): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = problemOf(error);
    if (problem.status === 500) log.error({ error, method: request.method, path: request.path }, 'a request failed');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
