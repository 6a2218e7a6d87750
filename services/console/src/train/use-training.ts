import { useRef, useState } from 'react';
import { ApiError } from '../api/http';
import { startTraining } from '../api/jobs';
import type { TrainRequest } from '../api/types';

export type Deployment = 'none' | 'staging' | 'production';

/** Starts a training; the same request pressed again after an error is the same job. */
export function useTraining(onStarted: () => void) {
  const [busy, setBusy] = useState(false);
  const [started, setStarted] = useState<string>();
  const [error, setError] = useState<ApiError>();
  const unanswered = useRef<{ request: string; key: string }>(undefined);

  const start = async (request: TrainRequest) => {
    const text = JSON.stringify(request);
    // A key of its own for each new request, kept while the answer is not known.
    if (unanswered.current?.request !== text) unanswered.current = { request: text, key: randomKey() };
    setBusy(true);
    setError(undefined);
    setStarted(undefined);
    try {
      const job = await startTraining(request, unanswered.current.key);
      unanswered.current = undefined;
      setStarted(job.jobId);
      onStarted();
    } catch (thrown) {
      setError(thrown instanceof ApiError ? thrown : new ApiError(0, 'UNEXPECTED', String(thrown)));
    } finally {
      setBusy(false);
    }
  };
  return { busy, started, error, start };
}

/** `crypto.randomUUID` exists on https and localhost only. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
