import type { ModelVersion, Signature } from './state.js';
import type { ChangeSize } from './version-number.js';

/** What a candidate is compared by. */
export type Comparable = Pick<ModelVersion, 'algorithm' | 'params' | 'dataset' | 'seed' | 'codeVersion' | 'metrics'> & {
  readonly signature: Signature;
};

const LISTED = 5;
const METRICS_LISTED = 6;

/**
 * What changed between two versions, as a size and a sentence. Inputs, target, task or classes are a major change,
 * algorithm, parameters or data a minor one, seed and code a patch.
 */
export function compareVersions(
  before: Comparable,
  after: Comparable,
): { readonly size: ChangeSize; readonly sentence: string } {
  const major = signatureChanges(before.signature, after.signature);
  const minor = [...algorithmChanges(before, after), ...dataChanges(before, after)];
  const patch = [
    ...(before.seed === after.seed ? [] : [`seed ${before.seed} -> ${after.seed}`]),
    ...(before.codeVersion === after.codeVersion ? [] : [`code ${before.codeVersion} -> ${after.codeVersion}`]),
  ];
  const changes = [...major, ...minor, ...patch];
  const size = major.length > 0 ? 'major' : minor.length > 0 ? 'minor' : 'patch';
  const what = changes.length > 0 ? changes.join('; ') : 'trained again, nothing changed';
  const deltas = metricChanges(before.metrics, after.metrics);
  return { size, sentence: deltas ? `${what}. Metrics: ${deltas}.` : `${what}.` };
}

/** The sentence for a model's first version. */
export function describeFirst({ algorithm, dataset, metrics }: Comparable): string {
  const data = `${nameOf(dataset.source)} (${count(dataset.rows)} rows)`;
  const scores = Object.entries(metrics)
    .slice(0, METRICS_LISTED)
    .map(([metric, value]) => `${metric} ${round(value)}`);
  return `First version: ${algorithm} on ${data}${scores.length > 0 ? `. Metrics: ${scores.join(', ')}` : ''}.`;
}

function signatureChanges(before: Signature, after: Signature): string[] {
  const changes: string[] = [];
  if (before.task !== after.task) changes.push(`task ${before.task} -> ${after.task}`);
  if (before.target !== after.target) changes.push(`target ${before.target} -> ${after.target}`);
  changes.push(...setChanges('features', before.features, after.features));
  changes.push(...setChanges('classes', before.classes, after.classes));
  return changes;
}

function setChanges(what: string, before: readonly string[], after: readonly string[]): string[] {
  const had = new Set(before);
  const has = new Set(after);
  const added = after.filter((name) => !had.has(name));
  const removed = before.filter((name) => !has.has(name));
  const changes: string[] = [];
  if (added.length > 0) changes.push(`${what} added: ${listed(added)}`);
  if (removed.length > 0) changes.push(`${what} removed: ${listed(removed)}`);
  const moved = changes.length === 0 && after.some((name, at) => name !== before[at]);
  return moved ? [`${what} in another order`] : changes;
}

function algorithmChanges(before: Comparable, after: Comparable): string[] {
  if (before.algorithm !== after.algorithm) return [`algorithm ${before.algorithm} -> ${after.algorithm}`];
  const names = [...new Set([...Object.keys(before.params), ...Object.keys(after.params)])].sort();
  const changes = names
    .filter((name) => JSON.stringify(before.params[name]) !== JSON.stringify(after.params[name]))
    .map((name) => `${name} ${show(before.params[name])} -> ${show(after.params[name])}`);
  return changes.length > 0 ? [listed(changes)] : [];
}

function dataChanges({ dataset: before }: Comparable, { dataset: after }: Comparable): string[] {
  if (before.hash === after.hash) return [];
  const names = [nameOf(before.source), nameOf(after.source)];
  const name = names[0] === names[1] ? names[0] : names.join(' -> ');
  return [`data ${name}, ${count(before.rows)} -> ${count(after.rows)} rows`];
}

function metricChanges(before: ModelVersion['metrics'], after: ModelVersion['metrics']): string {
  return Object.entries(after)
    .filter(([metric]) => before[metric] !== undefined)
    .slice(0, METRICS_LISTED)
    .map(([metric, value]) => {
      const delta = value - (before[metric] as number);
      return `${metric} ${round(before[metric] as number)} -> ${round(value)} (${delta >= 0 ? '+' : ''}${round(delta)})`;
    })
    .join(', ');
}

function listed(items: readonly string[]): string {
  const shown = items.slice(0, LISTED).join(', ');
  return items.length > LISTED ? `${shown} and ${items.length - LISTED} more` : shown;
}

function nameOf(source: string): string {
  if (source.startsWith('dataset://')) return `dataset ${source.slice(10, 18)}`;
  const path = source.split(/[?#]/)[0] ?? source;
  const name = path.split('/').pop() || path;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const count = (value: number) => value.toLocaleString('en-US');
const round = (value: number) => String(Number(value.toPrecision(4)));
const show = (value: unknown) =>
  value === undefined ? 'unset' : typeof value === 'string' ? value : JSON.stringify(value);
