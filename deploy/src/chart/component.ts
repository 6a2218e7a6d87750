import type { ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { releaseName } from '../template/mark.js';
import { referencesTo } from '../values/references.js';
import { valuesSchema } from '../values/values.js';

/** The values of the release, as marks. */
export const values = referencesTo(valuesSchema);

/** The services, each a Deployment with a Service. */
export const components = ['gateway', 'training', 'optimizer', 'evaluator', 'registry', 'serving'] as const;
export type Component = (typeof components)[number];
/** What pods are there for: a service, or training on GPUs. */
export type Role = Component | 'training-gpu';

/** The port that every service listens on: REST, /health and /metrics. */
export const PORT = 8080;

export const nameOf = (what: string) => `${releaseName}-${what}`;

/** Which pods of this release: all, or those of one role. */
export const selectorOf = (role?: Role): Record<string, string> => ({
  'app.kubernetes.io/name': 'trainyard',
  'app.kubernetes.io/instance': releaseName,
  ...(role ? { 'app.kubernetes.io/component': role } : {}),
});

/** Name and labels of an object of the release. */
export const metadata = (what: string, role?: Role): ObjectMeta & { name: string; labels: Record<string, string> } => ({
  name: nameOf(what),
  labels: { ...selectorOf(role), 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/part-of': 'trainyard' },
});

/** Where the authority of the brokers lies in a pod. */
export const KAFKA_CA_FOLDER = '/run/secrets/kafka';

export const configName = nameOf('config');
export const extraConfigName = nameOf('extra-config');
export const dataName = nameOf('data');
