import { useCallback } from 'react';
import { driftOf } from '../api/models';
import type { Model } from '../api/types';
import { formatValue } from '../page/numbers';
import { usePolled } from '../page/use-polled';

const EVERY_MS = 30_000;
/** A population stability index above this is another distribution by custom. */
const SHIFT = 0.25;

/** How far what the model in production is asked has moved from what it learnt; nothing while that is not known. */
export function DriftNote({ model }: { model: Model }) {
  const { id } = model;
  const load = useCallback((signal: AbortSignal) => driftOf(id, signal), [id]);
  const { value } = usePolled(load, EVERY_MS);
  const [furthest] = value?.features ?? [];
  if (!furthest) return null;
  const index = formatValue(furthest.psi);
  if (furthest.psi <= SHIFT) return <p className="facts">drift {index}</p>;
  return (
    <p className="drift" role="status">
      Drift: {furthest.name} is not what the model learnt from ({index})
    </p>
  );
}
