import type { Instance } from '@trainyard/features';
import { collect, gaugeOf } from '@trainyard/telemetry';
import type { DriftMonitor, Prediction } from '@trainyard/workflow';
import type { ServedPredictor } from '../loaded/predictor.js';
import type { Route } from '../loaded/route.js';
import { driftDefinitions } from './drift-definitions.js';

/** Versions watched at a time; one more is not, until another one rests. */
const MOST_VERSIONS = 100;
/** A version that nobody asked for so long is forgotten, and its numbers with it: a new one has taken over. */
const IDLE_MS = 3600_000;
const MOST_FEATURES = 5;
const service = 'serving';

interface Watched {
  readonly monitor: DriftMonitor;
  readonly labels: { readonly service: string; readonly model: string; readonly version: string };
  usedAt: number;
}

/** Watches the versions that this process serves, each by the calls that come to this process. */
export class DriftMonitors {
  private readonly watched = new Map<string, Watched>();
  private readonly recent = new WeakMap<Route, Watched>();
  private readonly psi = gaugeOf(driftDefinitions.psi);
  private readonly feature = gaugeOf(driftDefinitions.feature);
  private readonly prediction = gaugeOf(driftDefinitions.prediction);
  private readonly rows = gaugeOf(driftDefinitions.rows);
  /** Takes away what was told last. */
  private untell: (() => void)[] = [];

  /** @param now milliseconds since any fixed moment (default `performance.now`) */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts what was asked and answered; nothing for a version whose bundle tells of no reference. */
  observe(
    route: Route,
    predictor: ServedPredictor,
    instances: readonly Instance[],
    predictions: readonly Prediction[],
  ): void {
    const watched = this.find(route, predictor);
    if (!watched) return;
    watched.usedAt = this.now();
    watched.monitor.observe(instances, predictions, watched.usedAt);
  }

  /** Undefined where the version's bundle tells of no reference, or too many versions are watched. */
  of(route: Route, predictor: ServedPredictor): DriftMonitor | undefined {
    return this.find(route, predictor)?.monitor;
  }

  /** Tells Prometheus whenever it asks. The answer ends that. */
  watch(): () => void {
    return collect(() => this.tell());
  }

  private find(route: Route, predictor: ServedPredictor): Watched | undefined {
    const recent = this.recent.get(route);
    if (recent && this.watched.get(route.json) === recent) return recent;
    const watched = this.watched.get(route.json) ?? this.create(route, predictor);
    if (watched) this.recent.set(route, watched);
    return watched;
  }

  private create({ json, modelId, modelName, version }: Route, predictor: ServedPredictor): Watched | undefined {
    if (this.watched.size >= MOST_VERSIONS) this.forgetIdle();
    if (this.watched.size >= MOST_VERSIONS) return undefined;
    const monitor = predictor.watchDrift();
    if (!monitor) return undefined;
    const watched = { monitor, labels: { service, model: modelName || modelId, version }, usedAt: this.now() };
    this.watched.set(json, watched);
    return watched;
  }

  private forgetIdle(): void {
    const before = this.now() - IDLE_MS;
    for (const [key, { usedAt }] of this.watched) if (usedAt < before) this.watched.delete(key);
  }

  private tell(): void {
    this.forgetIdle();
    for (const untell of this.untell) untell();
    this.untell = [];
    for (const { monitor, labels } of this.watched.values()) {
      this.set(this.rows, labels, monitor.rows);
      const indices = monitor.indices();
      if (!indices) continue;
      const furthest = [...indices.features].sort((a, b) => b.psi - a.psi).slice(0, MOST_FEATURES);
      if (furthest[0]) this.set(this.psi, labels, furthest[0].psi);
      for (const { name, psi } of furthest) this.set(this.feature, { ...labels, feature: name }, psi);
      if (indices.prediction !== undefined) this.set(this.prediction, labels, indices.prediction);
    }
  }

  private set<L extends object>(
    gauge: { set(labels: L, value: number): void; remove(labels: L): void },
    labels: L,
    value: number,
  ): void {
    gauge.set(labels, value);
    this.untell.push(() => gauge.remove(labels));
  }
}
