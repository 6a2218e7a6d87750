import type { Endpoint } from '@trainyard/service';
import { type DatasetPorts, datasetEndpoints } from './datasets.js';
import { experimentEndpoints } from './experiments.js';
import { modelEndpoints } from './models.js';
import { runEndpoints } from './runs.js';

/** All REST calls of the registry. */
export function registryEndpoints(ports: DatasetPorts): Endpoint[] {
  const { flow, artifacts } = ports;
  return [
    ...modelEndpoints(flow, artifacts),
    ...datasetEndpoints(ports),
    ...experimentEndpoints(flow),
    ...runEndpoints(ports),
  ];
}
