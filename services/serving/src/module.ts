import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { readSettings, type ServiceModule, setting } from '@trainyard/service';
import { SourceResolver, sourceSettings } from '@trainyard/sources';
import { z } from 'zod';
import { ProcessBatchExecutor } from './batch/executor.js';
import { createServingDefinition } from './definition.js';
import { DriftMonitors } from './drift/drift-monitors.js';
import { batchEndpoints } from './endpoints/batches.js';
import { deploymentEndpoints } from './endpoints/deployments.js';
import { driftEndpoints } from './endpoints/drift.js';
import { PREDICT_PATH, predictionEndpoints } from './endpoints/predictions.js';
import { DeploymentFollower } from './loaded/deployment-follower.js';
import { LoadedModels } from './loaded/loaded-models.js';
import { ModelDirectory } from './loaded/model-directory.js';
import { openBundle } from './loaded/predictor.js';
import { RouteTable } from './loaded/route.js';
import { PredictCall } from './predict/predict-call.js';
import { PredictionLog } from './predict/prediction-log.js';
import { PredictionMetrics } from './predict/prediction-metrics.js';

/** What this service reads from its environment, besides what every process of the platform does. */
export const servingSettings = z.object({
  /** Models kept in memory; the one used longest ago goes first. */
  MAX_LOADED_MODELS: setting.integer(64, 1),
  /** Files predicted at once. */
  BATCH_SLOTS: setting.integer(1, 0),
  LEASE_SECONDS: setting.seconds(30, 0.5),
});

/** The serving service in a process of its own or embedded. */
export const servingModule: ServiceModule = {
  name: 'serving',
  port: 8085,
  create({ flow, platform, env }) {
    const { MAX_LOADED_MODELS, BATCH_SLOTS, LEASE_SECONDS } = readSettings(servingSettings, env);
    const { artifacts } = platform;
    const models = new LoadedModels(artifacts, openBundle, MAX_LOADED_MODELS);
    const routes = new RouteTable(models);
    const follower = new DeploymentFollower(flow, routes);
    const directory = new ModelDirectory(flow, models, routes, follower);
    const metrics = new PredictionMetrics();
    const drift = new DriftMonitors();
    const call = new PredictCall(directory, new PredictionLog(flow.ports), metrics, drift);
    const watching = [metrics.watchLoaded(models), drift.watch()];
    const executor = new ProcessBatchExecutor(artifacts, new SourceResolver(artifacts, sourceSettings(env)), {
      env,
      metrics: flow.ports.metrics,
    });
    const worker = `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
    const options = { worker, batchSlots: BATCH_SLOTS, leaseMs: LEASE_SECONDS * 1000, pollMs: 200 };
    return {
      definition: createServingDefinition((artifact) => models.load(artifact), executor, options),
      endpoints: [
        ...predictionEndpoints(directory, call),
        ...batchEndpoints(flow, directory, artifacts),
        ...deploymentEndpoints(flow, directory),
        ...driftEndpoints(flow, directory, drift),
      ],
      hotCalls: [
        {
          method: 'POST',
          prefix: PREDICT_PATH.replace('{id}', ''),
          serve: (request, response, id) => call.serve(request, response, id),
        },
      ],
      start: () => follower.start(),
      stop: async () => {
        for (const end of watching) end();
        await follower.stop();
        executor.close();
      },
    };
  },
};
