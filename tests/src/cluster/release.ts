import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValuesInput } from '@trainyard/deploy';
import { parseAllDocuments, stringify } from 'yaml';
import type { ControlPlane } from '../infrastructure/kubernetes/control-plane.js';

export const chart = fileURLToPath(new URL('../../../charts/trainyard', import.meta.url));
export const NAMESPACE = 'ml';
export const RELEASE = 'trainyard';

export type Manifest = Record<string, unknown> & {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are looked at field by field
  readonly spec: any;
};

/** A file with values, for helm's `-f`. */
export async function valuesFile(plane: ControlPlane, name: string, values: ValuesInput): Promise<string> {
  const file = join(plane.folder, `${name}.yaml`);
  await writeFile(file, stringify(values));
  return file;
}

/** What helm makes of the chart with these values. */
export async function template(plane: ControlPlane, name: string, values: ValuesInput): Promise<string> {
  const file = await valuesFile(plane, name, values);
  return plane.helm(['template', RELEASE, chart, '-n', NAMESPACE, '-f', file]);
}

export const manifestsOf = (yaml: string): Manifest[] =>
  parseAllDocuments(yaml)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);

/** What kubectl says of some objects. */
export async function list(plane: ControlPlane, kind: string, ...selector: readonly string[]): Promise<Manifest[]> {
  const json = await plane.kubectl(['get', kind, '-n', NAMESPACE, '-o', 'json', ...selector]);
  return (JSON.parse(json) as { items: Manifest[] }).items;
}
