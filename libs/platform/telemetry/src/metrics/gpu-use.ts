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

/** What a card tells; a number that it does not tell is absent. */
interface GpuUse {
  readonly gpu: string;
  /** 0 to 1. */
  readonly utilization?: number;
  readonly memoryUsedBytes?: number;
  readonly memoryTotalBytes?: number;
}

const QUERY = ['--query-gpu=index,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
const PATIENCE_MS = 2000;
const MIB = 2 ** 20;
/** More cards than a machine has: a program that tells of more is not believed. */
const MOST_GPUS = 64;

/**
 * Measures this machine's NVIDIA GPUs whenever somebody asks for the metrics. Where nvidia-smi is not there, or no longer
 * answers, there are no such metrics. The answer ends that.
 * @param command the program to ask (default `nvidia-smi`)
 */
export function watchGpus(service: string, command = 'nvidia-smi'): () => void {
  const gauges = {
    utilization: gaugeOf(gpuMetrics.utilization),
    memoryUsedBytes: gaugeOf(gpuMetrics.memoryUsed),
    memoryTotalBytes: gaugeOf(gpuMetrics.memoryTotal),
  };
  let before: readonly string[] = [];
  return collect(async () => {
    const answer = await promisify(execFile)(command, QUERY, { timeout: PATIENCE_MS }).catch(() => undefined);
    for (const gauge of Object.values(gauges)) for (const gpu of before) gauge.remove({ service, gpu });
    const uses = readGpuUse(answer?.stdout ?? '');
    before = uses.map(({ gpu }) => gpu);
    for (const { gpu, ...use } of uses) {
      for (const name of Object.keys(gauges) as (keyof typeof gauges)[]) {
        const value = use[name];
        if (value !== undefined) gauges[name].set({ service, gpu }, value);
      }
    }
  });
}

/** Reads what nvidia-smi answers, one line a GPU: `0, 37, 1024, 81559`; a number that a card does not tell is `[N/A]`. */
function readGpuUse(text: string): GpuUse[] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.length === 4 && /^\d+$/.test(parts[0] ?? ''))
    .slice(0, MOST_GPUS)
    .map(([gpu = '', percent, used, total]) => ({
      gpu,
      ...(told(percent) ? { utilization: Number(percent) / 100 } : {}),
      ...(told(used) ? { memoryUsedBytes: Number(used) * MIB } : {}),
      ...(told(total) ? { memoryTotalBytes: Number(total) * MIB } : {}),
    }));
}

const told = (text: string | undefined): boolean => /^\d+(\.\d+)?$/.test(text ?? '');
