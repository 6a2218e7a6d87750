import { problemOf } from '@trainyard/service';
import { BoundedLabels, collect, counterOf, gaugeOf, histogramOf, OTHER } from '@trainyard/telemetry';
import type { LoadedModels } from '../loaded/loaded-models.js';
import type { Route } from '../loaded/route.js';
import { predictionDefinitions } from './prediction-metric-definitions.js';

/** Beyond this many model versions at a time they are counted together as `other`. */
const MOST_VERSIONS = 200;
/** A version that nobody asked for so long makes room for another one. */
const IDLE_MS = 3600_000;
/** How often a version tells that it is in use: what is called all the time must not pay for that each time. */
const TOUCH_MS = 1000;
/** Codes are the platform's own, so few; the bound is for those that a learner brings. */
const MOST_CODES = 100;
const service = 'serving';

type Version = { readonly model: string; readonly version: string };
type Series = {
  /** How the version is known to the bound. */
  readonly key: string;
  readonly labels: Version;
  readonly seconds: { observe(value: number): void };
  readonly instances: { inc(value: number): void };
  /** When it last told that it is in use. */
  touched: number;
};

const NOT_FOUND: Version = { model: 'none', version: 'none' };

/** What Prometheus is told of predictions: by model and version, as far as there are not too many. */
export class PredictionMetrics {
  private readonly seconds = histogramOf(predictionDefinitions.seconds);
  private readonly instances = counterOf(predictionDefinitions.instances);
  private readonly failures = counterOf(predictionDefinitions.failures);
  private readonly loaded = gaugeOf(predictionDefinitions.loaded);
  private readonly codes = new BoundedLabels({ most: MOST_CODES });
  private readonly versions: BoundedLabels;
  private readonly series = new Map<string, Series>();
  private readonly recent = new WeakMap<Route, Series>();
  /** The failures that each version has had, to be removed with it. */
  private readonly failed = new Map<string, Set<string>>();

  /** @param now milliseconds, for what is idle (default `performance.now`) */
  constructor(private readonly now: () => number = () => performance.now()) {
    const forgotten = (key: string) => this.forget(key);
    this.versions = new BoundedLabels({ most: MOST_VERSIONS, idleMs: IDLE_MS, forgotten, now });
  }

  answered(route: Route, instances: number, seconds: number): void {
    const series = this.seriesOf(route);
    series.seconds.observe(seconds);
    series.instances.inc(instances);
  }

  /** @param route undefined when no model was found */
  failedFor(route: Route | undefined, error: unknown): void {
    const { status, code } = problemOf(error);
    const { key, labels } = route ? this.seriesOf(route) : { key: '', labels: NOT_FOUND };
    const told = { status: String(status), code: this.codes.of(code) };
    this.failures.inc({ service, ...labels, ...told });
    const known = this.failed.get(key);
    if (known) known.add(JSON.stringify(told));
    else this.failed.set(key, new Set([JSON.stringify(told)]));
  }

  /** Tells how many models are in memory whenever somebody asks. The answer ends that. */
  watchLoaded(models: Pick<LoadedModels, 'size'>): () => void {
    return collect(() => this.loaded.set({ service }, models.size));
  }

  private seriesOf(route: Route): Series {
    const touched = this.now();
    const recent = this.recent.get(route);
    if (recent && touched - recent.touched < TOUCH_MS) return recent;
    const key = this.versions.of(route.json);
    const series = this.series.get(key) ?? this.create(key, route);
    series.touched = touched;
    this.recent.set(route, series);
    return series;
  }

  private create(key: string, { modelId, modelName, version }: Route): Series {
    // Names may be used by several models in turn; what is told apart is the name and the version.
    const labels = key === OTHER ? { model: OTHER, version: OTHER } : { model: modelName || modelId, version };
    const all = { service, ...labels };
    const parts = { seconds: this.seconds.labels(all), instances: this.instances.labels(all) };
    const series: Series = { key, labels, ...parts, touched: 0 };
    this.series.set(key, series);
    return series;
  }

  private forget(key: string): void {
    const series = this.series.get(key);
    if (!series) return;
    this.series.delete(key);
    series.touched = Number.NEGATIVE_INFINITY;
    const all = { service, ...series.labels };
    this.seconds.remove(all);
    this.instances.remove(all);
    for (const told of this.failed.get(key) ?? []) this.failures.remove({ ...all, ...JSON.parse(told) });
    this.failed.delete(key);
  }
}
