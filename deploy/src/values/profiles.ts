import type { ValuesInput } from './values.js';

/** Starting points: values to copy and to fill in. Each is a whole answer to what the schema requires. */
export const profiles: Readonly<Record<'small' | 'production' | 'gpu', ValuesInput>> = {
  small: {
    auth: { existingSecret: 'trainyard-api-keys' },
    kafka: { brokers: 'kafka:9092' },
    mongodb: { existingSecret: 'trainyard-mongodb' },
    artifacts: { url: 'file:///data/artifacts', volume: { enabled: true, accessMode: 'ReadWriteOnce', size: '10Gi' } },
    gateway: { replicas: 1, resources: { requests: { cpu: '50m', memory: '192Mi' } } },
    training: { slots: 1, resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '2Gi' } } },
    optimizer: { resources: { requests: { cpu: '50m', memory: '192Mi' } } },
    evaluator: { resources: { requests: { cpu: '100m', memory: '256Mi' } } },
    registry: { replicas: 1, resources: { requests: { cpu: '50m', memory: '256Mi' } } },
    serving: { replicas: 1, resources: { requests: { cpu: '100m', memory: '256Mi' } } },
    podDisruptionBudgets: false,
  },
  production: {
    auth: { existingSecret: 'trainyard-api-keys' },
    kafka: { brokers: 'kafka-0.kafka:9092,kafka-1.kafka:9092,kafka-2.kafka:9092' },
    mongodb: { existingSecret: 'trainyard-mongodb' },
    artifacts: { url: 's3://trainyard-artifacts/production' },
    gateway: { autoscaling: { enabled: true } },
    training: { keda: { enabled: true, minReplicas: 2, maxReplicas: 8 } },
    optimizer: { replicas: 2 },
    evaluator: { replicas: 2 },
    serving: { replicas: 3, autoscaling: { enabled: true, minReplicas: 3 } },
    monitoring: { serviceMonitor: true, rules: true, dashboards: true },
  },
  gpu: {
    auth: { existingSecret: 'trainyard-api-keys' },
    kafka: { brokers: 'kafka-0.kafka:9092,kafka-1.kafka:9092,kafka-2.kafka:9092' },
    mongodb: { existingSecret: 'trainyard-mongodb' },
    artifacts: { url: 's3://trainyard-artifacts/production' },
    gpu: { enabled: true, maxPods: 8 },
    monitoring: { serviceMonitor: true, rules: true, dashboards: true },
  },
};
