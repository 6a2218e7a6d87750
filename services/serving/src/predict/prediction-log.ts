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
    const prediction = logged(predictions[0]?.prediction);
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

/** Several values, and what is neither number nor text, as JSON. */
function logged(prediction: Prediction['prediction'] | undefined): null | number | string {
  if (typeof prediction === 'number' || typeof prediction === 'string') return prediction;
  return prediction === undefined ? null : JSON.stringify(prediction);
}

/** One instance by feature name; of a window its last row, the one that the prediction goes out from. */
function sampleOf(predictor: ServedPredictor, instance: Instance | undefined): Record<string, Value> {
  const { inputs } = predictor;
  if (!instance) return {};
  const last = Array.isArray(instance) ? instance.at(-1) : undefined;
  if (typeof last === 'object' && last !== null) return sampleOf(predictor, last as Instance);
  const named = Array.isArray(instance)
    ? Object.fromEntries(inputs.map(({ name }, i) => [name, (instance as readonly unknown[])[i]]))
    : (instance as Record<string, unknown>);
  const sample: Record<string, Value> = {};
  for (const [name, value] of Object.entries(named)) {
    if (value !== undefined && typeof value !== 'object') sample[name] = value as Value;
  }
  return sample;
}
