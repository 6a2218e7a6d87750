import { type ApiObject, App, Chart } from 'cdk8s';
import { addConfiguration } from './configuration.js';
import { addGpuPods } from './gpu.js';
import { addMonitoring } from './monitoring.js';
import { addNetworkPolicies } from './network.js';
import { addIngress, addVolume } from './outside.js';
import { addScaling } from './scaling.js';
import { addServices } from './service.js';

/** All objects of the chart, with marks where a release's values go. */
export function createChart(): readonly ApiObject[] {
  const chart = new Chart(new App(), 'trainyard', { disableResourceNameHashes: true });
  addConfiguration(chart);
  addVolume(chart);
  addServices(chart);
  addScaling(chart);
  addGpuPods(chart);
  addNetworkPolicies(chart);
  addIngress(chart);
  addMonitoring(chart);
  return chart.apiObjects;
}
