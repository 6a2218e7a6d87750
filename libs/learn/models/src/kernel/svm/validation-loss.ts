import type { Dataset } from '@trainyard/data';
import { subtractCentre } from './kernel-function.js';
import { DecisionFunctions, pairsOf, type SupportVectors } from './support-vectors.js';

/** Rows decided between two turns of the event loop. */
const BLOCK = 64;

/**
 * The loss that fits minimise, on other rows: mean hinge loss over the pairs of classes (each on its own rows), or mean
 * epsilon-insensitive loss. Weighted by the sample weights. 0 when no row of `data` belongs to any pair.
 */
export async function validationLoss(
  data: Dataset,
  machine: SupportVectors,
  present: Int32Array,
  epsilon: number,
  between: () => Promise<void>,
): Promise<number> {
  const { x, y, weight, task } = data;
  const decisions = new Float64Array(x.rows * machine.intercepts.length);
  const functions = new DecisionFunctions(machine);
  const centred = new Float32Array(BLOCK * x.cols);
  for (let first = 0; first < x.rows; first += BLOCK) {
    const n = Math.min(BLOCK, x.rows - first);
    subtractCentre(x.data.subarray(first * x.cols), n, machine.centre, centred);
    decisions.set(functions.decide(centred, n), first * machine.intercepts.length);
    await between();
  }
  const weightOf = (row: number) => weight?.[row] ?? 1;
  let loss = 0;
  let total = 0;
  const add = (row: number, value: number) => {
    loss += weightOf(row) * Math.max(0, value);
    total += weightOf(row);
  };
  if (task === 'regression') {
    for (let row = 0; row < x.rows; row++) add(row, Math.abs(decisions[row]! - y[row]!) - epsilon);
  } else {
    const pairs = pairsOf(present.length);
    for (let row = 0; row < x.rows; row++) {
      pairs.forEach(([a, b], p) => {
        const decision = decisions[row * pairs.length + p]!;
        if (y[row] === present[a]) add(row, 1 - decision);
        else if (y[row] === present[b]) add(row, 1 + decision);
      });
    }
  }
  return total > 0 ? loss / total : 0;
}
