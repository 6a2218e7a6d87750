import type { TrainRequested } from '@trainyard/contracts';
import type { JobEvent } from './events.js';
import type { JobState } from './state.js';

/** A request becomes a job once; the same job id again changes nothing. */
export function accept(state: JobState | undefined, request: TrainRequested, jobId: string, now: number): JobEvent[] {
  if (state) return [];
  return [{ type: 'Accepted', jobId, name: request.name ?? nameOf(request), request: { ...request, jobId }, at: now }];
}

/** A search, or a choice among models, goes through the optimizer first. */
export function needsTuning(request: TrainRequested): boolean {
  return Boolean(request.search) || Array.isArray(request.model);
}

/** The model's name when the sender gave none: the dataset's file name and the target. */
function nameOf({ dataset }: TrainRequested): string {
  const file =
    decoded(dataset.uri.split(/[?#]/)[0] ?? '')
      .split('/')
      .pop() ?? '';
  const stem = dataset.uri.startsWith('dataset://')
    ? `dataset-${file.slice(0, 8)}`
    : file.replace(/\.[a-z0-9]+(\.gz)?$/i, '');
  const words = [stem, dataset.target ?? ''].join('-').toLowerCase();
  return (
    words
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80) || 'model'
  );
}

/** A name that is not percent-encoded rightly is taken as it stands: the attempt will say what is wrong with it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
