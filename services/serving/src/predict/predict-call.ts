import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Prediction } from '@trainyard/workflow';
import type { Request, Response } from 'express';
import type { DriftMonitors } from '../drift/drift-monitors.js';
import type { ModelDirectory, Served } from '../loaded/model-directory.js';
import { readJsonBody } from './json-body.js';
import { CHUNK_ROWS, predictInChunks } from './predict.js';
import type { PredictionLog } from './prediction-log.js';
import type { PredictionMetrics } from './prediction-metrics.js';
import { MAX_BODY_BYTES, type PredictRequest, readPredictRequest } from './request.js';

/**
 * `POST /api/v1/predict/{id}` from bytes to bytes. It is mounted before all other calls and written by hand, because it is
 * the one that is called all the time: for a loaded model and a short list it waits for nothing but the body.
 */
export class PredictCall {
  constructor(
    private readonly directory: ModelDirectory,
    private readonly log: PredictionLog,
    private readonly metrics: PredictionMetrics,
    private readonly drift: DriftMonitors,
  ) {}

  /** As an express handler. @throws as `serve` does */
  readonly handle = (request: Request, response: Response): Promise<void> =>
    this.serve(request, response, String(request.params.id), request.body);

  /**
   * Answers one call on Node's own request and response, so that it can also be mounted ahead of express.
   * @param parsed the body, when somebody has read it already
   * @throws Problem; LearnError naming field and row
   */
  async serve(request: IncomingMessage, response: ServerResponse, id: string, parsed?: unknown): Promise<void> {
    const start = performance.now();
    let served: Served | undefined;
    try {
      const asked = readPredictRequest(parsed ?? (await readJsonBody(request, MAX_BODY_BYTES)));
      served = await this.find(id, asked);
      const { text, predictions } = await this.answer(served, asked, start);
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end(text);
      // After the answer: whoever called does not wait for it.
      this.drift.observe(served.route, served.model.predictor, asked.instances, predictions);
    } catch (error) {
      this.metrics.failedFor(served?.route, error);
      // What is left of a body that is too large is not worth reading.
      if ((error as { status?: number }).status === 413) response.setHeader('connection', 'close');
      throw error;
    }
  }

  private find(id: string, { version }: PredictRequest): Served | Promise<Served> {
    const present = this.directory.peek(id);
    if (present && (version === undefined || version === present.route.version)) return present;
    return this.directory.resolve(id, version);
  }

  private async answer(
    { route, model }: Served,
    { instances, interval }: PredictRequest,
    start: number,
  ): Promise<{ readonly text: string; readonly predictions: readonly Prediction[] }> {
    const { predictor } = model;
    const predictions =
      instances.length <= CHUNK_ROWS
        ? predictor.predictInstances(instances, { interval })
        : await predictInChunks(predictor, instances, { interval });
    const text = `{"model":${route.json},"predictions":${JSON.stringify(predictions)}}`;
    const milliseconds = performance.now() - start;
    this.metrics.answered(route, instances.length, milliseconds / 1000);
    this.log.record(route, predictor, instances, predictions, milliseconds);
    return { text, predictions };
  }
}
