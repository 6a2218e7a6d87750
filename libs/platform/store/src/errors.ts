export type StoreErrorCode =
  | 'STORE_UNAVAILABLE'
  | 'STORE_LOCKED'
  | 'STORE_CORRUPT'
  | 'STORE_FULL'
  | 'STORE_CLOSED'
  | 'STORE_FAILED'
  | 'UNKNOWN_COLLECTION'
  | 'INVALID_SCHEMA'
  | 'INVALID_DOCUMENT'
  | 'INVALID_QUERY'
  | 'INVALID_STORE_URL'
  | 'DOCUMENT_TOO_LARGE';

/** What a store throws. `retriable`: the same call may succeed later without a change by anyone. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  constructor(
    readonly code: StoreErrorCode,
    message: string,
    readonly retriable = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
