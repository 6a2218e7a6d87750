import { profiles } from '../values/profiles.js';
import type { ValuesInput } from '../values/values.js';

/** Releases that between them have every object and every field of the chart. */
export const releases: Readonly<Record<string, ValuesInput>> = {
  ...profiles,
  everything: {
    ...profiles.production,
    artifacts: { url: 'file:///data/artifacts', volume: { enabled: true, storageClass: 'fast' } },
    image: { pullSecrets: [{ name: 'registry' }] },
    kafka: {
      ...profiles.production.kafka,
      tls: { enabled: true, caSecret: 'kafka-ca' },
      sasl: { mechanism: 'scram-sha-512' },
    },
    extraConfig: { AWS_REGION: 'eu-central-1' },
    training: { keda: { enabled: true }, priorityClassName: 'batch', nodeSelector: { disk: 'fast' } },
    gpu: { enabled: true, kueueQueue: 'gpus', count: 2, resourceName: 'amd.com/gpu' },
    ingress: { enabled: true, className: 'nginx', host: 'ml.example.com', tlsSecret: 'tls', annotations: { a: 'b' } },
    networkPolicy: { gatewayFrom: [{ namespaceSelector: { matchLabels: { team: 'ml' } } }] },
    monitoring: { serviceMonitor: true, rules: true, dashboards: true, labels: { release: 'prometheus' } },
  },
};
