import { statfs } from 'node:fs/promises';
import { defineMetric } from './definition.js';
import { collect, gaugeOf } from './registry.js';

export const diskMetrics = {
  available: defineMetric({
    name: 'trainyard_disk_available_bytes',
    type: 'gauge',
    help: 'Free space of the file system under DATA_DIR that the process may use, in bytes.',
    labels: ['service'],
    look: 'below a tenth of the size; alert TrainyardDiskFull',
  }),
  size: defineMetric({
    name: 'trainyard_disk_size_bytes',
    type: 'gauge',
    help: 'Size of the file system under DATA_DIR, in bytes.',
    labels: ['service'],
    look: 'the measure for the above',
  }),
} as const;

/** Measures the file system of a folder whenever somebody asks for the metrics. The answer ends that. */
export function watchDisk(service: string, folder: string): () => void {
  const available = gaugeOf(diskMetrics.available);
  const size = gaugeOf(diskMetrics.size);
  return collect(async () => {
    const { bavail, blocks, bsize } = await statfs(folder);
    available.set({ service }, bavail * bsize);
    size.set({ service }, blocks * bsize);
  });
}
