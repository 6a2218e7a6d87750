export type SourceErrorCode =
  | 'URI_INVALID'
  | 'URI_NOT_ALLOWED'
  | 'SOURCE_NOT_FOUND'
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_TOO_LARGE'
  | 'SOURCE_UNREACHABLE';

/** Why the data behind a URI cannot be had. Only an unreachable source may be reachable later. */
export class SourceError extends Error {
  override readonly name = 'SourceError';

  constructor(
    readonly code: SourceErrorCode,
    message: string,
  ) {
    super(message);
  }

  get retriable(): boolean {
    return this.code === 'SOURCE_UNREACHABLE';
  }
}
