import type { Container, EnvVar, PodSpec, PodTemplateSpec, Toleration } from 'kubernetes-types/core/v1.js';
import { fieldsIf, not } from '../template/condition.js';
import { checksum } from '../template/mark.js';
import {
  configName,
  dataName,
  extraConfigName,
  KAFKA_CA_FOLDER,
  nameOf,
  PORT,
  type Role,
  selectorOf,
  values,
} from './component.js';

/** As every service has them: which nodes, which annotations, which resources. */
export type Placed = Pick<
  typeof values.optimizer,
  'nodeSelector' | 'tolerations' | 'affinity' | 'priorityClassName' | 'resources'
>;

export interface PodOptions {
  readonly role: Role;
  /** Name of the image within the repository. */
  readonly image: string;
  readonly placed: Placed;
  readonly env?: readonly EnvVar[];
  /** Extended resources, such as GPUs. */
  readonly limits?: Readonly<Record<string, string>>;
  readonly spec?: Partial<PodSpec>;
}

/** How long a pod may take to hand back what it holds. */
const GRACE_SECONDS = 60;
const probe = (path: string) => ({ httpGet: { path, port: 'http' }, timeoutSeconds: 5 });

/** A pod under the profile `restricted`: no root, no privileges, nothing writable but its data and /tmp. */
export function podTemplate(options: PodOptions): PodTemplateSpec {
  const { role, placed } = options;
  return {
    metadata: {
      labels: selectorOf(role),
      // Variables are read at the start only: pods start anew when they change.
      annotations: { 'checksum/config': checksum('config', 'extraConfig', 'auth', 'kafka', 'artifacts') },
    },
    spec: {
      serviceAccountName: nameOf(role),
      automountServiceAccountToken: false,
      // Names of other Services would come in as variables, and the services read theirs by name.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: GRACE_SECONDS,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
      imagePullSecrets: values.image.pullSecrets,
      nodeSelector: placed.nodeSelector,
      tolerations: placed.tolerations as Toleration[],
      affinity: placed.affinity,
      ...fieldsIf(placed.priorityClassName, { priorityClassName: placed.priorityClassName }),
      containers: [container(options)],
      volumes: [
        { name: 'api-keys', secret: { secretName: values.auth.existingSecret, defaultMode: 0o440 } },
        {
          name: 'kafka-ca',
          ...fieldsIf(values.kafka.tls.caSecret, {
            secret: { secretName: values.kafka.tls.caSecret, defaultMode: 0o440 },
          }),
          ...fieldsIf(not(values.kafka.tls.caSecret), { emptyDir: {} }),
        },
        { name: 'tmp', emptyDir: {} },
        {
          name: 'data',
          ...fieldsIf(values.artifacts.volume.enabled, { persistentVolumeClaim: { claimName: dataName } }),
          ...fieldsIf(not(values.artifacts.volume.enabled), { emptyDir: {} }),
        },
      ],
      ...options.spec,
    },
  };
}

/** Read only where a mechanism is chosen, so that the Secret may be missing. */
const kafkaUser = (name: string, key: string): EnvVar => ({
  name,
  valueFrom: { secretKeyRef: { name: values.kafka.sasl.existingSecret, key, optional: true } },
});

function container({ role, image, placed, env = [], limits = {} }: PodOptions): Container {
  const { requests, limits: most } = placed.resources;
  return {
    name: role,
    image: `${values.image.repository}/${image}:${values.image.tag}`,
    imagePullPolicy: values.image.pullPolicy,
    ports: [{ name: 'http', containerPort: PORT }],
    envFrom: [
      { configMapRef: { name: configName } },
      { configMapRef: { name: extraConfigName } },
      { secretRef: { name: values.artifacts.existingSecret, optional: true } },
    ],
    env: [
      {
        name: 'MONGODB_URI',
        valueFrom: { secretKeyRef: { name: values.mongodb.existingSecret, key: values.mongodb.key } },
      },
      kafkaUser('KAFKA_SASL_USERNAME', values.kafka.sasl.usernameKey),
      kafkaUser('KAFKA_SASL_PASSWORD', values.kafka.sasl.passwordKey),
      ...env,
    ],
    // Live: it listens. Ready: Kafka, MongoDB and the artifacts answer; their absence is waited for, not restarted for.
    startupProbe: { ...probe('/health/live'), periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { ...probe('/health/live'), periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe('/health/ready'), periodSeconds: 5, failureThreshold: 2 },
    // Callers are told first that the pod goes; until they all know, it still answers.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: {
      requests: { cpu: requests.cpu, memory: requests.memory, ...limits },
      limits: { memory: most.memory, ...limits },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [
      { name: 'api-keys', mountPath: '/run/secrets/trainyard', readOnly: true },
      { name: 'kafka-ca', mountPath: KAFKA_CA_FOLDER, readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'data', mountPath: '/data' },
    ],
  };
}
