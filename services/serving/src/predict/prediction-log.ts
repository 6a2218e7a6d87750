import type { Instance } from '@trainyard/features';
import type { FlowPorts } from '@trainyard/flow';
import type { Prediction } from '@trainyard/workflow';
import type { ServedPredictor } from '../loaded/predictor.js';
import type { Route } from '../loaded/route.js';

type Value = null | boolean | number | string;

interface Logged {
  readonly modelId: string;
  readonly version: string;
  readonly instances: number;
  readonly milliseconds: number;
  readonly sample: Record<string, Value>;
  readonly prediction: null | number | string;
  readonly at: number;
}

const EVERY_MS = 100;
const REMEMBERED = 1000;

/** Publishes answered predictions as telemetry: at most ten a second for each model, never awaited, allowed to be lost. */
export class PredictionLog {
  private readonly last = new Map<string, number>();
  private count = 0;

  constructor(private readonly ports: FlowPorts) {}

  record(
    { modelId, version }: Route,
    predictor: ServedPredictor,
    instances: readonly Instance[],
    predictions: readonly Prediction[],
    milliseconds: number,
  ): void {
    const at = this.ports.clock.now();
    if (at - (this.last.get(modelId) ?? 0) < EVERY_MS) return;
    if (this.last.size >= REMEMBERED) this.last.clear();
    this.last.set(modelId, at);
    const value = predictions[0]?.prediction;
    const prediction = typeof value === 'boolean' ? String(value) : (value ?? null);
    const sample = sampleOf(predictor, instances[0]);
    const data = { modelId, version, instances: instances.length, milliseconds, sample, prediction, at };
    void this.publish(modelId, data);
  }

  private async publish(key: string, data: Logged): Promise<void> {
    const { codec, bus, service, log } = this.ports;
    try {
      const id = `prediction/${key}/${data.at}/${this.count++}`;
      const source = `trainyard/${service}`;
      await bus.publish([await codec.encode({ type: 'PredictionLogged', id, source, key, time: data.at, data })]);
    } catch (error) {
      log.warn({ modelId: key, error }, 'a prediction was not logged');
    }
  }
}

/** One instance by feature name. */
function sampleOf({ inputs }: ServedPredictor, instance: Instance | undefined): Record<string, Value> {
  if (!instance) return {};
  const named = Array.isArray(instance)
    ? Object.fromEntries(inputs.map(({ name }, i) => [name, (instance as readonly unknown[])[i]]))
    : (instance as Record<string, unknown>);
  const sample: Record<string, Value> = {};
  for (const [name, value] of Object.entries(named)) {
    if (value !== undefined && typeof value !== 'object') sample[name] = value as Value;
  }
  return sample;
}
