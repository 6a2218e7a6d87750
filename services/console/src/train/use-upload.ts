import { useRef, useState } from 'react';
import { uploadDataset } from '../api/datasets';
import { ApiError } from '../api/http';
import type { Dataset } from '../api/types';

export type Upload =
  | { readonly step: 'none' }
  | { readonly step: 'sending'; readonly file: File; readonly fraction: number }
  | { readonly step: 'failed'; readonly file: File; readonly error: ApiError }
  | { readonly step: 'ready'; readonly file: File; readonly dataset: Dataset };

/** One upload at a time: choosing another file stops the one before. */
export function useUpload(): { upload: Upload; send: (file: File | undefined) => void } {
  const [upload, setUpload] = useState<Upload>({ step: 'none' });
  const current = useRef<AbortController>(undefined);
  const send = (file: File | undefined) => {
    current.current?.abort();
    if (!file) return setUpload({ step: 'none' });
    const abort = new AbortController();
    current.current = abort;
    const set = (next: Upload) => !abort.signal.aborted && setUpload(next);
    set({ step: 'sending', file, fraction: 0 });
    uploadDataset(file, abort.signal, (fraction) => set({ step: 'sending', file, fraction })).then(
      (dataset) => set({ step: 'ready', file, dataset }),
      (error: unknown) => {
        const problem = error instanceof ApiError ? error : new ApiError(0, 'UNEXPECTED', String(error));
        set({ step: 'failed', file, error: problem });
      },
    );
  };
  return { upload, send };
}
