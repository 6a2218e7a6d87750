import { evaluatorSettings } from '@trainyard/evaluator-service';
import { gatewaySettings } from '@trainyard/gateway-service';
import { registrySettings } from '@trainyard/registry-service';
import { platformSettings } from '@trainyard/service';
import { servingSettings } from '@trainyard/serving-service';
import { sourceVariables } from '@trainyard/sources';
import { trainingSettings } from '@trainyard/training-service';
import { z } from 'zod';

/** What the chart sets by itself, from other values or because pods need it so. */
const set = {
  HOST: true,
  DATA_DIR: true,
  KAFKA_BROKERS: true,
  KAFKA_SSL: true,
  KAFKA_SSL_CA_FILE: true,
  KAFKA_SASL_MECHANISM: true,
  KAFKA_SASL_USERNAME: true,
  KAFKA_SASL_PASSWORD: true,
  MONGODB_URI: true,
  ARTIFACTS_URL: true,
  API_KEYS_FILE: true,
} as const;
const setForTraining = { TRAINING_SLOTS: true, TRAINING_ATTEMPTS: true, TRAINING_IDLE_SECONDS: true } as const;

/** The settings of all services, by the schemas that they read them with at start. */
const shape = {
  ...platformSettings.omit(set).shape,
  ...sourceVariables.shape,
  ...trainingSettings.omit(setForTraining).shape,
  ...evaluatorSettings.shape,
  ...registrySettings.shape,
  ...servingSettings.shape,
  ...gatewaySettings.shape,
};

/** The kind of a setting as a value of the chart: an unset text is an empty one. */
function asValue(name: string, setting: z.ZodType): z.ZodType {
  const schema = z.toJSONSchema(setting, { io: 'output', unrepresentable: 'any' });
  if (schema.enum) {
    return z.enum(schema.enum as string[]).default(String(schema.default));
  }
  if (schema.type !== 'integer' && schema.type !== 'number')
    return z.string().default(name === 'DATA_ROOTS' ? '/data' : '');
  const number = (schema.type === 'integer' ? z.int() : z.number()).min(schema.minimum ?? 0);
  const bounded =
    (schema.maximum ?? Number.MAX_SAFE_INTEGER) < Number.MAX_SAFE_INTEGER
      ? number.max(schema.maximum as number)
      : number;
  return bounded.default(Number(schema.default));
}

export const settings = z
  .strictObject(
    Object.fromEntries(Object.entries(shape).map(([name, setting]) => [name, asValue(name, setting as z.ZodType)])),
  )
  .prefault({})
  .describe(
    'Settings of the services by the names of their environment variables, which docs/operations.md explains; empty means unset.',
  );
