/** What a parent and its worker process say to each other. Payloads are structured-clonable. */
export type ToChild = { readonly type: 'run'; readonly task: unknown } | { readonly type: 'abort' };

export type FromChild =
  | { readonly type: 'up' }
  | { readonly type: 'note'; readonly note: unknown }
  /** `cpu` is the process's CPU time so far, all threads, in seconds. */
  | { readonly type: 'beat'; readonly rss: number; readonly cpu: number }
  | { readonly type: 'done'; readonly result: unknown; readonly cpu: number }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly retriable: boolean;
      /** Where it went wrong, of an error that has no code: a bug. */
      readonly stack?: string;
      readonly cpu: number;
    };
