import { describeParameter, type ModelDefinition, onlyUnsupervised } from '@trainyard/models';
import { stringify } from 'yaml';

/** `config/models/<name>.yaml`: every parameter with its default, its range and its meaning; usable as `--config`. */
export function renderModelConfig({ name, tasks, params, space }: ModelDefinition): string {
  const lines = [
    `# ${name} (${tasks.join(', ')}): every parameter with its default.`,
    `# Copy it, change it, and train with: trainyard train --config ${name}.yaml --data FILE${onlyUnsupervised(name) ? '' : ' --target COLUMN'}`,
    `model: ${name}`,
  ];
  const entries = Object.entries(params);
  lines.push(entries.length > 0 ? 'params:' : 'params: {}');
  for (const [parameter, schema] of entries) {
    lines.push(`  # ${schema.description}`);
    const aliases = schema.aliases?.length ? ` Also known as ${schema.aliases.join(', ')}.` : '';
    lines.push(`  # ${describeParameter(schema)}.${aliases}`);
    const value = Array.isArray(schema.default) ? JSON.stringify(schema.default) : stringify(schema.default).trim();
    lines.push(`  ${parameter}: ${value}`);
  }
  if (Object.keys(space).length > 0) {
    lines.push(
      '',
      '# What a search on a platform tries unless it says otherwise:',
      '# search:',
      '#   strategy: random',
      '#   trials: 20',
      '#   space:',
    );
    for (const [parameter, dimension] of Object.entries(space))
      lines.push(`#     ${parameter}: ${JSON.stringify(dimension)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** `config/training.yaml`: what a training does unless a request says otherwise. */
export const TRAINING_CONFIG = `# What a training does unless it is told otherwise. Copy it, change it, and give it with --config.
# dataset:
#   uri: flights.parquet     # a path, file://, and on a platform also dataset://, http(s):// and s3://
#   target: late             # the column to predict; clustering and anomaly need none
#   time: null               # orders the rows: the latest are held out
#   group: null              # rows of one group stay together
#   weight: null             # sample weights
#   features: []             # the columns to learn from; empty: all others
#   exclude: []              # columns never to learn from
task: auto                   # auto, binary, multiclass, regression, forecast, clustering or anomaly
model: auto                  # a model's name, auto, or (on the command line) all
preprocessing:
  scaling: null              # none, standard, minmax or robust; null: what the model wants
  encoding: null             # ordinal or onehot; null: what the model wants
  imputation: null           # none, mean, median or constant; null: what the model wants
validation:
  testSize: 0.2              # share of the rows held out for the final metrics
  validationSize: 0.2        # share of the remaining rows for early stopping and trials
  strategy: auto             # holdout, kfold, stratified, group, time_series, purged, walk_forward or monte_carlo
  folds: null                # for cross-validation; 5 when a strategy that needs folds is named
earlyStopping: null          # {rounds: 20} stops after 20 iterations without a better validation loss
seed: 7
`;
