import type { Task } from '@trainyard/data';
import type { ModelDefinition } from '@trainyard/models';
import { optionUnsupported, parameterWrong } from './refusals.js';
import type { TrainRequest } from './request.js';

/** Samples that are windows of consecutive rows. */
export interface SequencePlan {
  /** Rows of a window. */
  readonly length: number;
  /** The target is that of the row so many rows after the window's last one. */
  readonly horizon: number;
  /** Of a forecast: the targets are those of all rows up to the horizon, so many. */
  readonly steps?: number;
  /** Fewest rows of a window, where those at the start of a series may be shorter. */
  readonly least?: number;
  /** The column that orders the rows. */
  readonly time: string;
  /** The column whose values are series of their own. */
  readonly group?: string;
}

/** More steps than this are no forecast but a misunderstanding. */
const MOST_STEPS = 10_000;

/** Throws OPTION_UNSUPPORTED, PARAMETER_INVALID. */
export function planSequence(
  request: TrainRequest,
  { name, input }: ModelDefinition,
  task: Task | 'auto',
): SequencePlan | undefined {
  const { seqLen, horizon, dataset, params } = request;
  if (seqLen == null) {
    if (task === 'forecast')
      throw parameterWrong('seqLen', 'is missing: a forecast learns from windows of so many rows.');
    if (horizon != null)
      throw optionUnsupported('horizon', 'goes with seqLen, the rows of a window: give both, or none.');
    return undefined;
  }
  if (!(Number.isInteger(seqLen) && seqLen >= 1))
    throw parameterWrong('seqLen', `is ${seqLen}, but must be a whole number >= 1.`);
  if (horizon != null && !(Number.isInteger(horizon) && horizon >= 0)) {
    throw parameterWrong('horizon', `is ${horizon}, but must be a whole number >= 0.`);
  }
  if (task === 'anomaly' && horizon != null) {
    throw optionUnsupported('horizon', 'foretells a target, and anomaly detection has none: leave it out.');
  }
  const steps = horizon ?? 1;
  if (task === 'forecast' && (steps < 1 || steps > MOST_STEPS)) {
    throw parameterWrong('horizon', `is ${steps}, but a forecast has 1 to ${MOST_STEPS} steps.`);
  }
  if (input !== '3d') {
    throw optionUnsupported(
      'seqLen',
      `is for networks (lstm, gru, rnn, tcn, transformer, mlp, autoencoder), and ${name} is none: leave it out.`,
    );
  }
  if (params?.seq_len != null) {
    throw parameterWrong('params.seq_len', 'cuts a row into steps, and seqLen takes rows as steps: give one of them.');
  }
  const least = params?.min_seq_len;
  if (typeof least === 'number' && least > seqLen) {
    throw parameterWrong('params.min_seq_len', `is ${least}, but must be at most seqLen, ${seqLen}.`);
  }
  if (dataset.time == null)
    throw parameterWrong('dataset.time', 'is missing: seqLen needs the column that orders the rows.');
  return {
    ...{ length: seqLen, horizon: task === 'forecast' ? steps : (horizon ?? 0), time: dataset.time },
    ...(task === 'forecast' ? { steps } : {}),
    ...(typeof least === 'number' && least < seqLen ? { least } : {}),
    ...(dataset.group == null ? {} : { group: dataset.group }),
  };
}
