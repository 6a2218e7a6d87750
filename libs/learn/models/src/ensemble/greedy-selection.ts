import type { Dataset } from '@trainyard/data';
import { predictionLoss } from '../prediction-loss.js';
import { combinedWidth } from './stack-predictions.js';

/**
 * Greedy forward selection with replacement (Caruana et al., "Ensemble selection from libraries of models", 2004): adds, one at a time,
 * the member whose addition to the mean lowers the loss most, and keeps the best mean met. `said[m]` is `n x width`, what member
 * m says of rows it was not fitted on. Returns each member's share, which sum to 1.
 */
export function greedySelection(said: readonly Float64Array[], data: Dataset, rounds: number): Float64Array {
  const width = combinedWidth(data);
  const sum = new Float64Array(data.y.length * width);
  const counts = new Float64Array(said.length);
  let best = { loss: Number.POSITIVE_INFINITY, weights: counts };
  for (let size = 1; size <= rounds; size++) {
    let chosen = 0;
    let least = Number.POSITIVE_INFINITY;
    said.forEach((predictions, m) => {
      const mean = sum.map((value, i) => (value + predictions[i]!) / size);
      const loss = lossOf(mean, data, width);
      if (loss < least) [least, chosen] = [loss, m];
    });
    said[chosen]!.forEach((value, i) => {
      sum[i]! += value;
    });
    counts[chosen]!++;
    if (least < best.loss) best = { loss: least, weights: counts.map((count) => count / size) };
  }
  return best.weights;
}

function lossOf(said: Float64Array, data: Dataset, width: number): number {
  if (data.task === 'regression') return predictionLoss({ values: said }, data);
  return predictionLoss({ values: said, probabilities: said, classes: width }, data);
}
