import { didYouMean } from '@trainyard/models';
import { UsageError } from '../failure.js';

/** `true` takes any value; an object names the fields below. */
interface Fields {
  readonly [name: string]: true | Fields;
}

/** The fields of a TrainRequest, as in docs and `api.md`. */
const TRAIN_REQUEST: Fields = {
  jobId: true,
  name: true,
  experiment: true,
  tags: true,
  dataset: {
    uri: true,
    format: true,
    target: true,
    targets: true,
    time: true,
    group: true,
    weight: true,
    scenario: true,
    features: true,
    exclude: true,
  },
  task: true,
  model: true,
  params: true,
  preprocessing: {
    scaling: true,
    encoding: true,
    imputation: true,
    create: true,
    select: { method: true, nFeatures: true },
  },
  validation: {
    testSize: true,
    validationSize: true,
    strategy: true,
    folds: true,
    shuffle: true,
    gap: true,
    purge: true,
    embargo: true,
    window: true,
  },
  search: {
    strategy: true,
    space: true,
    trials: true,
    timeoutSeconds: true,
    objectives: true,
    pruner: true,
    parallelism: true,
  },
  horizon: true,
  seqLen: true,
  symbol: true,
  gates: true,
  deploy: { environment: true, strategy: true, percent: true },
  resources: { pool: true, memoryMb: true, timeoutSeconds: true, threads: true },
  seed: true,
  earlyStopping: { rounds: true },
};

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws UsageError naming the first field that a training does not have, with near names. */
export function checkKnownFields(value: Record<string, unknown>, source: string): void {
  checkFields(value, TRAIN_REQUEST, '', source);
}

function checkFields(value: Record<string, unknown>, fields: Fields, path: string, source: string): void {
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const names = Object.keys(fields);
    if (known === undefined) {
      const hint =
        didYouMean(name, names) || (path === '' ? ` A model's own parameter is written params.${name}.` : '');
      throw new UsageError(`${source}: there is no field "${path}${name}".${hint} The fields are ${names.join(', ')}.`);
    }
    if (known === true || inner === null) continue;
    if (!isMapping(inner))
      throw new UsageError(`${source}: "${path}${name}" must have fields below it, such as ${Object.keys(known)[0]}.`);
    checkFields(inner, known, `${path}${name}.`, source);
  }
}
