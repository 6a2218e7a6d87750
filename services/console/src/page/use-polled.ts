import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api/http';

export interface Polled<T> {
  /** The last answer; kept while later calls fail. */
  readonly value: T | undefined;
  readonly error: ApiError | undefined;
  /** Asks again now. */
  readonly refresh: () => void;
}

/** Calls `load` at once and then every `everyMs`, one call at a time. `load` must keep its identity between renders. */
export function usePolled<T>(load: (signal: AbortSignal) => Promise<T>, everyMs: number): Polled<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<ApiError>();
  const [asked, setAsked] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` starts the polling afresh
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async () => {
      try {
        setValue(await load(abort.signal));
        setError(undefined);
      } catch (thrown) {
        if (abort.signal.aborted) return;
        setError(thrown instanceof ApiError ? thrown : new ApiError(0, 'UNEXPECTED', String(thrown)));
      }
      if (!abort.signal.aborted) timer = setTimeout(poll, everyMs);
    };
    void poll();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [load, everyMs, asked]);
  return { value, error, refresh: useCallback(() => setAsked((count) => count + 1), []) };
}
