import { readSettings, type ServiceModule, setting } from '@trainyard/service';
import { z } from 'zod';
import { ProcessProfiler } from './dataset/profiler.js';
import { createRegistryDefinition } from './definition.js';
import { registryEndpoints } from './endpoints/registry.js';
import { watchModels } from './metrics/model-metrics.js';
import { schemaRoutes } from './schemas/schema-routes.js';

/** What this service reads from its environment, besides what every process of the platform does. */
export const registrySettings = z.object({
  /** The largest upload (default 2 GiB). */
  MAX_UPLOAD_BYTES: setting.integer(2 * 2 ** 30, 1),
});

/** The registry in a process of its own or embedded. */
export const registryModule: ServiceModule = {
  name: 'registry',
  port: 8084,
  create({ flow, platform: { artifacts, store }, env }) {
    const { MAX_UPLOAD_BYTES: maxUploadBytes } = readSettings(registrySettings, env);
    const profiler = new ProcessProfiler({ env, metrics: flow.ports.metrics });
    const stopCounting = watchModels(flow);
    return {
      definition: createRegistryDefinition(),
      endpoints: registryEndpoints({ flow, artifacts, profiler, maxUploadBytes }),
      mount: (app) => void app.use('/schemas', schemaRoutes(store)),
      stop: async () => {
        stopCounting();
        profiler.close();
      },
    };
  },
};
