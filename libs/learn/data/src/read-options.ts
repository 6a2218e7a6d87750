import type { DataFormat } from './data-format.js';

export interface ReadOptions {
  /** Default: what the first bytes prove, else the extension, else the content. */
  readonly format?: DataFormat;
  /** Read only these columns, in this order. */
  readonly columns?: readonly string[];
  /** Read at most this many rows. */
  readonly limit?: number;
  /** What errors call the file; default: its path. For files that users know by another name. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}
