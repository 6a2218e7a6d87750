/** The settings that would make it another platform than the one that is measured; an empty value counts as not set. */
const foreign = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'MONGODB_URI', 'ARTIFACTS_URL', 'API_KEYS_FILE', 'DATA_ROOTS'];

/** This process's environment without the platform's settings, and with those given. */
export function environmentWith(settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const cleared = Object.fromEntries(foreign.map((name) => [name, '']));
  return { ...process.env, ...cleared, HOST: '127.0.0.1', ...settings };
}
