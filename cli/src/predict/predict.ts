import { readTable } from '@trainyard/data';
import { Predictor } from '@trainyard/workflow';
import { findBundle } from './find-bundle.js';
import { writePredictions } from './write-predictions.js';

export interface PredictOptions {
  readonly model: string;
  readonly data: string;
  readonly out?: string;
  /** A probability; asks for intervals. */
  readonly interval?: number;
}

/** Scores every row of a file with a model that `train` wrote. */
export async function predict({ model, data, out, interval }: PredictOptions): Promise<void> {
  const predictor = Predictor.from(await findBundle(model));
  const result = predictor.predictTable(await readTable(data), interval === undefined ? {} : { interval });
  if (result.missingFeatures.length > 0) {
    process.stderr.write(`warning: the data lack ${result.missingFeatures.join(', ')}; scored as missing.\n`);
  }
  await writePredictions(result, out);
  if (out !== undefined) process.stderr.write(`${result.predictions.length} predictions written to ${out}\n`);
}
