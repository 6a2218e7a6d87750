import { z } from 'zod';
import { autoscaling, placement, replicas, resources } from './component.js';
import { gpu } from './gpu.js';
import { settings } from './settings.js';

const labels = z.record(z.string(), z.string());
const name = (what: string) => z.string().describe(what);

const image = z
  .strictObject({
    repository: z
      .string()
      .min(1)
      .default('trainyard')
      .describe('Registry and path; the name of the service follows: trainyard/gateway, trainyard/training, ...'),
    tag: z.string().min(1).default('0.1.0'),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    pullSecrets: z
      .array(z.strictObject({ name: z.string() }))
      .default([])
      .describe('Secrets to pull with.'),
  })
  .prefault({});

const auth = z
  .strictObject({
    existingSecret: name('Required: a Secret of yours with the keys of the API.').default(''),
    key: name('Its entry with the keys, one a line.').default('api-keys'),
    scalerKey: name('Its entry with one of those keys alone, which KEDA asks for the queue with.').default(
      'scaler-key',
    ),
  })
  .prefault({})
  .describe('Callers send a key of this Secret; /health and /metrics are open.');

const kafka = z
  .strictObject({
    brokers: name('Required: host:port, comma-separated.').default(''),
    tls: z
      .strictObject({
        enabled: z.boolean().default(false),
        caSecret: name('A Secret with the authority that signed the brokers, when it is one of your own.').default(''),
        caKey: name('Its entry with the certificate in PEM.').default('ca.crt'),
      })
      .prefault({}),
    sasl: z
      .strictObject({
        mechanism: z.enum(['', 'plain', 'scram-sha-256', 'scram-sha-512']).default('').describe('None when empty.'),
        existingSecret: name('The Secret with the user and the password.').default('trainyard-kafka'),
        usernameKey: z.string().min(1).default('username'),
        passwordKey: z.string().min(1).default('password'),
      })
      .prefault({}),
  })
  .prefault({});

const mongodb = z
  .strictObject({
    existingSecret: name('Required: a Secret with the connection string of MongoDB.').default(''),
    key: name('Its entry with the connection string.').default('uri'),
  })
  .prefault({});

const artifacts = z
  .strictObject({
    url: name('Required: s3://bucket/prefix, or file:///data/artifacts with volume.enabled.').default(''),
    existingSecret: name('A Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; it may be missing.').default(
      'trainyard-artifacts',
    ),
    volume: z
      .strictObject({
        enabled: z.boolean().default(false).describe('One volume for all pods at /data, instead of a folder for each.'),
        accessMode: z
          .enum(['ReadWriteOnce', 'ReadWriteMany'])
          .default('ReadWriteMany')
          .describe('ReadWriteOnce only where there is one node.'),
        size: z.string().default('20Gi'),
        storageClass: name('The class of the cluster when empty.').default(''),
      })
      .prefault({}),
  })
  .prefault({})
  .describe('Where models, checkpoints and data snapshots are kept.');

const ingress = z
  .strictObject({
    enabled: z.boolean().default(false),
    className: z.string().default(''),
    host: name('Required when enabled.').default(''),
    tlsSecret: name('A Secret with the certificate; plain HTTP when empty.').default(''),
    annotations: labels.default({}),
  })
  .prefault({})
  .describe('Reaches the gateway from outside. Event streams need a proxy that does not buffer.');

const networkPolicy = z
  .strictObject({
    enabled: z.boolean().default(true),
    gatewayFrom: z
      .array(z.record(z.string(), z.any()))
      .default([])
      .describe('Who may call the gateway, as peers of a NetworkPolicy; everybody when empty.'),
    monitoringNamespace: name('Namespace that Prometheus scrapes from.').default('monitoring'),
    kedaNamespace: name('Namespace that KEDA asks for the queue from.').default('keda'),
    egressPorts: z
      .array(z.strictObject({ port: z.int().min(1).max(65535), protocol: z.enum(['TCP', 'UDP']) }))
      .default([80, 443, 9092, 9093, 9094, 27017, 4317, 4318, 8081].map((port) => ({ port, protocol: 'TCP' as const })))
      .describe(
        'Ports outside the release that pods may reach: sources of data, S3, Kafka, MongoDB, OTLP, schema registry.',
      ),
  })
  .prefault({});

const monitoring = z
  .strictObject({
    serviceMonitor: z
      .boolean()
      .default(false)
      .describe('A ServiceMonitor and a PodMonitor; needs the Prometheus operator.'),
    rules: z.boolean().default(false).describe('The alerts as a PrometheusRule; needs the Prometheus operator.'),
    dashboards: z.boolean().default(false).describe('The dashboards as ConfigMaps that the sidecar of Grafana finds.'),
    interval: z.string().default('15s'),
    labels: labels.default({}).describe('Labels that your Prometheus selects its monitors and rules by.'),
  })
  .prefault({});

const service = (cpu: string, memory: string, most: string) => ({
  resources: resources(cpu, memory, most),
  ...placement,
});

/** All values of the chart: their kinds, bounds, defaults, and what values.yaml says of them. */
export const valuesSchema = z.strictObject({
  image,
  auth,
  kafka,
  mongodb,
  artifacts,
  config: settings,
  extraConfig: labels
    .default({})
    .describe('Further environment variables of every pod, such as AWS_REGION. No secrets.'),
  gateway: z
    .strictObject({ replicas: replicas(2), autoscaling: autoscaling(false, 6), ...service('250m', '256Mi', '512Mi') })
    .prefault({}),
  training: z
    .strictObject({
      replicas: z
        .int()
        .min(1)
        .default(1)
        .describe('At least 1, unless something scales them: somebody has to hear the events.'),
      slots: z.int().min(0).default(2).describe('Attempts at once in each pod.'),
      keda: z
        .strictObject({
          enabled: z.boolean().default(false).describe('Pods by unfinished work; needs KEDA.'),
          minReplicas: z.int().min(1).default(1).describe('At least 1: somebody has to hear the events.'),
          maxReplicas: z.int().min(1).default(4),
          pollingSeconds: z.int().min(1).default(5),
          cooldownSeconds: z.int().min(0).default(300),
        })
        .prefault({}),
      ...service('1', '1Gi', '4Gi'),
    })
    .prefault({}),
  optimizer: z.strictObject({ replicas: replicas(1), ...service('100m', '256Mi', '512Mi') }).prefault({}),
  evaluator: z.strictObject({ replicas: replicas(1), ...service('500m', '512Mi', '2Gi') }).prefault({}),
  registry: z.strictObject({ replicas: replicas(2), ...service('250m', '512Mi', '2Gi') }).prefault({}),
  serving: z
    .strictObject({ replicas: replicas(2), autoscaling: autoscaling(false, 10), ...service('500m', '512Mi', '2Gi') })
    .prefault({}),
  gpu,
  ingress,
  networkPolicy,
  podDisruptionBudgets: z
    .boolean()
    .default(true)
    .describe('At most one pod of a service is away when nodes are drained.'),
  monitoring,
  global: z.record(z.string(), z.any()).default({}).describe('Not used; Helm gives it to every chart.'),
});

export type Values = z.output<typeof valuesSchema>;
export type ValuesInput = z.input<typeof valuesSchema>;
