import { readFile } from 'node:fs/promises';
import { isUnsupervised } from '@trainyard/data';
import { onlyUnsupervised } from '@trainyard/models';
import type { TrainRequest } from '@trainyard/workflow';
import { parse } from 'yaml';
import { UsageError } from '../failure.js';
import { checkKnownFields, isMapping } from './known-fields.js';

/** The options of `trainyard train` that say what to train. */
export interface RequestOptions {
  readonly data?: string;
  readonly target?: string;
  readonly model?: string;
  readonly task?: string;
  readonly horizon?: number;
  readonly seqLen?: number;
  readonly symbol?: string;
  readonly config: readonly string[];
  readonly set: readonly string[];
  readonly seed?: number;
}

type Fields = Record<string, unknown>;

/** `over` on top of `under`: mappings are merged, anything else is replaced. */
function merge(under: Fields, over: Fields): Fields {
  const merged = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isMapping(below) && isMapping(value) ? merge(below, value) : value;
  }
  return merged;
}

async function readConfig(path: string): Promise<Fields> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--config ${path} cannot be read (${error.code}).`);
  });
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw new UsageError(`--config ${path} is not YAML: ${(error as Error).message}`);
  }
  if (!isMapping(value)) throw new UsageError(`--config ${path} must hold fields such as "model: lightgbm".`);
  checkKnownFields(value, `--config ${path}`);
  return value;
}

/** `a.b=c` as `{a: {b: c}}`; c is read as YAML, so 5 is a number, true a boolean and [a, b] a list. */
export function parseSetting(text: string): Fields {
  const [, path, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  const names = path?.trim().split('.') ?? [];
  if (value === undefined || names.some((name) => name === '')) {
    throw new UsageError(`--set ${text} must be written as field=value, such as --set params.max_depth=6.`);
  }
  let leaf: unknown;
  try {
    leaf = parse(value);
  } catch {
    leaf = value;
  }
  const setting = names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), leaf) as Fields;
  checkKnownFields(setting, `--set ${text}`);
  return setting;
}

const present = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** One request from the files, then the options, then the settings; the later wins. Throws UsageError. */
export async function buildRequest(options: RequestOptions): Promise<TrainRequest> {
  let fields: Fields = {};
  for (const path of options.config) fields = merge(fields, await readConfig(path));
  const { data, target, model, task, horizon, seqLen, symbol, seed } = options;
  fields = merge(fields, present({ model, task, horizon, seqLen, symbol, seed }));
  fields = merge(fields, { dataset: present({ uri: data, target }) });
  for (const setting of options.set) fields = merge(fields, parseSetting(setting));
  const request = fields as unknown as TrainRequest;
  if (!request.dataset.uri) throw new UsageError('Name the data: --data FILE (or dataset.uri in --config).');
  const named = request.dataset.target || request.dataset.targets?.length;
  const needless = isUnsupervised(request.task ?? '') || onlyUnsupervised(request.model ?? []) !== undefined;
  if (!named && !needless)
    throw new UsageError(
      'Name the column to predict: --target COLUMN (or dataset.target in --config); only clustering and anomaly detection need none.',
    );
  return request;
}
