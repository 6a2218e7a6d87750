import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { onlyIf } from '../template/condition.js';

/** A manifest as it is written: fields that cdk8s does not know are kept as they are. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta & { readonly name: string };
  readonly [field: string]: unknown;
}

/**
 * Adds an object to the chart, where `condition` is given only while it holds.
 * @throws when an object of this kind and name is there already
 */
export function add<T extends Manifest>(chart: Construct, manifest: T, condition?: unknown): void {
  const { metadata, ...rest } = manifest;
  const id = `${manifest.kind}-${metadata.name.replace(/⟦\d+\*?⟧-?/g, '')}`.toLowerCase();
  const object = new ApiObject(chart, id, { ...rest, metadata } as never);
  if (condition !== undefined) onlyIf(condition, object);
}
