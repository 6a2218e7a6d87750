import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { defineMetric } from './definition.js';
import { collect, gaugeOf } from './registry.js';

export const gpuMetrics = {
  utilization: defineMetric({
    name: 'trainyard_gpu_utilization_ratio',
    type: 'gauge',
    help: 'Share of the last moments in which the GPU computed, 0 to 1, as nvidia-smi tells it.',
    labels: ['service', 'gpu'],
    look: 'near 0 while GPU work runs: it waits for data; alert TrainyardGpuIdle',
  }),
  memoryUsed: defineMetric({
    name: 'trainyard_gpu_memory_used_bytes',
    type: 'gauge',
    help: 'Memory in use on the GPU, in bytes.',
    labels: ['service', 'gpu'],
    look: 'it comes near the total',
  }),
  memoryTotal: defineMetric({
    name: 'trainyard_gpu_memory_total_bytes',
    type: 'gauge',
    help: 'Memory of the GPU, in bytes.',
    labels: ['service', 'gpu'],
    look: 'the measure for the above',
  }),
} as const;

export interface GpuUse {
  readonly gpu: string;
  /** 0 to 1. */
  readonly utilization: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
}

const QUERY = ['--query-gpu=index,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
const PATIENCE_MS = 2000;
const MIB = 2 ** 20;

/**
 * Measures this machine's NVIDIA GPUs whenever somebody asks for the metrics. Where there is no nvidia-smi there are no
 * such metrics. The answer ends that.
 * @param command the program to ask (default `nvidia-smi`)
 */
export function watchGpus(service: string, command = 'nvidia-smi'): () => void {
  const utilization = gaugeOf(gpuMetrics.utilization);
  const used = gaugeOf(gpuMetrics.memoryUsed);
  const total = gaugeOf(gpuMetrics.memoryTotal);
  return collect(async () => {
    const { stdout } = await promisify(execFile)(command, QUERY, { timeout: PATIENCE_MS });
    for (const { gpu, utilization: share, memoryUsedBytes, memoryTotalBytes } of readGpuUse(stdout)) {
      utilization.set({ service, gpu }, share);
      used.set({ service, gpu }, memoryUsedBytes);
      total.set({ service, gpu }, memoryTotalBytes);
    }
  });
}

/** Reads what nvidia-smi answers, one line a GPU: `0, 37, 1024, 81559`. A card that tells no number is left out. */
export function readGpuUse(text: string): GpuUse[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.length === 4)
    .map(([gpu = '', percent, used, total]) => ({
      gpu,
      utilization: Number(percent) / 100,
      memoryUsedBytes: Number(used) * MIB,
      memoryTotalBytes: Number(total) * MIB,
    }))
    .filter(({ utilization, memoryTotalBytes }) => Number.isFinite(utilization) && Number.isFinite(memoryTotalBytes));
}
