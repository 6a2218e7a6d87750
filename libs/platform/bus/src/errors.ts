export type BusErrorCode =
  | 'BUS_UNAVAILABLE'
  | 'BUS_CLOSED'
  | 'BUS_STOPPED'
  | 'BUS_HANDLER_FAILED'
  | 'BUS_DEADLOCK'
  | 'BUS_MESSAGE_TOO_LARGE'
  | 'BUS_INVALID_MESSAGE'
  | 'BUS_UNKNOWN_TOPIC'
  | 'BUS_NOT_AUTHORIZED'
  | 'BUS_FAILED';

/** What a bus throws. `retriable`: the same call may succeed later without a change by anyone. */
export class BusError extends Error {
  override readonly name = 'BusError';
  constructor(
    readonly code: BusErrorCode,
    message: string,
    readonly retriable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
