/** What can be wrong with input, in words that stay the same between releases. */
export type LearnErrorCode =
  | 'FILE_NOT_FOUND'
  | 'FILE_UNREADABLE'
  | 'FILE_EMPTY'
  | 'FORMAT_UNKNOWN'
  | 'ENCODING_INVALID'
  | 'DELIMITER_WRONG'
  | 'HEADER_MISSING'
  | 'ROW_RAGGED'
  | 'COLUMN_NOT_FOUND'
  | 'COLUMN_DUPLICATE'
  | 'TARGET_MISSING'
  | 'TARGET_ALL_MISSING'
  | 'TARGET_ONE_CLASS'
  | 'TARGET_NOT_NUMERIC'
  | 'TARGET_OUT_OF_RANGE'
  | 'TOO_MANY_CLASSES'
  | 'TOO_FEW_ROWS'
  | 'TOO_MANY_ROWS'
  | 'NO_FEATURES'
  | 'VALUE_INFINITE'
  | 'WEIGHT_INVALID'
  | 'MODEL_UNKNOWN'
  | 'PARAMETER_UNKNOWN'
  | 'PARAMETER_INVALID'
  | 'OPTION_UNSUPPORTED'
  | 'TASK_UNSUPPORTED'
  | 'FEATURE_UNKNOWN'
  | 'FEATURE_INVALID'
  | 'METRIC_UNKNOWN'
  | 'ARTIFACT_INVALID'
  | 'CHECKPOINT_MISMATCH'
  | 'MEMORY_TOO_SMALL'
  | 'ABORTED';

/** A mistake in what the user gave: the code is stable, the message says what is wrong, where, and what to do. */
export class LearnError extends Error {
  override readonly name = 'LearnError';

  constructor(
    readonly code: LearnErrorCode,
    message: string,
    /** Where it is: any of field, row (1-based, as in the file without its header; in a request the instance's index, 0-based), column, file. */
    readonly where: { field?: string; row?: number; column?: string; file?: string } = {},
  ) {
    super(message);
  }
}
