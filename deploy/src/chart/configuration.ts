import type { Construct } from 'constructs';
import { fieldsIf } from '../template/condition.js';
import { text } from '../template/mark.js';
import { configName, extraConfigName, KAFKA_CA_FOLDER, metadata, nameOf, PORT, values } from './component.js';
import { add } from './object.js';

const url = (component: string) => `http://${nameOf(component)}:${PORT}`;

/** What all services read from their environment, in one place; secrets are not here. */
export function addConfiguration(chart: Construct): void {
  const settings = Object.entries(values.config).map(([name, value]) => [name, text(value)]);
  add(chart, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata('config'), name: configName },
    data: {
      ...Object.fromEntries(settings),
      HOST: '0.0.0.0',
      PORT: String(PORT),
      HOME: '/tmp',
      DATA_DIR: '/data',
      API_KEYS_FILE: `/run/secrets/trainyard/${values.auth.key}`,
      KAFKA_BROKERS: values.kafka.brokers,
      KAFKA_SSL: text(values.kafka.tls.enabled),
      KAFKA_SASL_MECHANISM: values.kafka.sasl.mechanism,
      ...fieldsIf(values.kafka.tls.caSecret, { KAFKA_SSL_CA_FILE: `${KAFKA_CA_FOLDER}/${values.kafka.tls.caKey}` }),
      ARTIFACTS_URL: values.artifacts.url,
      TRAINING_URL: url('training'),
      OPTIMIZER_URL: url('optimizer'),
      EVALUATOR_URL: url('evaluator'),
      REGISTRY_URL: url('registry'),
      SERVING_URL: url('serving'),
    },
  });
  add(chart, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata('extra-config'), name: extraConfigName },
    data: values.extraConfig,
  });
}
