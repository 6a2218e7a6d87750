import type { ModelArtifact } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';

/** What a model's nodes give for N rows. */
export interface ModelOutput {
  /** Float32 `N x k`: class probabilities. */
  readonly probabilities?: Value;
  /** Float32 `N x 1`, or `N x values`, for regression and forecasts. */
  readonly value?: Value;
  /** How many values a row has; 1 by default. */
  readonly width?: number;
  /** Float32 `N x values`: the standard deviation that the model gives each value. */
  readonly deviation?: Value;
  /** Float32 `N x values x quantiles`, ascending. */
  readonly quantiles?: Value;
  /** Float32 `N x 1`: how odd each row is. */
  readonly score?: Value;
  /** Int64 `N`: the class or cluster, or 1 for an anomaly; default: where the probability is largest. */
  readonly index?: Value;
}

export interface ExportContext {
  readonly graph: OnnxGraph;
  /** Adds the nodes of a model inside this one. Throws OPTION_UNSUPPORTED when it has no exporter. */
  exportModel(artifact: ModelArtifact, x: Value): ModelOutput;
}

/** Adds the nodes of one family of models: `x` is the float32 matrix `N x f`. */
export type OnnxExporter = (artifact: ModelArtifact, x: Value, context: ExportContext) => ModelOutput;
