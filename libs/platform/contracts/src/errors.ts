export type DecodeErrorCode =
  | 'BAD_MAGIC'
  | 'UNKNOWN_SCHEMA'
  | 'INCOMPATIBLE_SCHEMA'
  | 'MALFORMED_EVENT'
  | 'UNKNOWN_EVENT'
  | 'MESSAGE_TOO_LARGE';

/** A message that cannot be read, now or later. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  readonly retriable = false;

  constructor(
    readonly code: DecodeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type EventErrorCode = 'INVALID_EVENT' | 'UNKNOWN_EVENT' | 'MESSAGE_TOO_LARGE';

/** An event that somebody wants to send and that is wrong; `field` is the path of the wrong field. */
export class EventError extends Error {
  override readonly name = 'EventError';
  readonly retriable = false;

  constructor(
    readonly code: EventErrorCode,
    message: string,
    readonly field?: string,
  ) {
    super(message);
  }
}

export type SchemaErrorCode = 'SCHEMA_REGISTRY_UNAVAILABLE' | 'SCHEMA_REGISTRY_REFUSED';

/** The schema registry cannot be reached (`retriable`) or refuses what we ask. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly retriable: boolean;

  constructor(
    readonly code: SchemaErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retriable = code === 'SCHEMA_REGISTRY_UNAVAILABLE';
  }
}
