import { type Endpoint, endpoint } from '@trainyard/service';
import { z } from 'zod';
import type { ModelDirectory } from '../loaded/model-directory.js';
import type { PredictCall } from '../predict/predict-call.js';
import { predictRequest } from '../predict/request.js';

export const PREDICT_PATH = '/api/v1/predict/{id}';

const model = z.object({ id: z.string(), name: z.string(), version: z.string() });
const byModel = z.object({ id: z.string().describe('the model, by id or name') });

const pair = z.array(z.number());
const answer = z.object({
  model,
  predictions: z.array(
    z.object({
      prediction: z
        .union([z.string(), z.number(), z.boolean(), z.array(z.number()), z.record(z.string(), z.number())])
        .describe(
          'of a forecast a list of its steps, of several targets their values by name; 1 for an anomaly, else 0',
        ),
      probabilities: z.record(z.string(), z.number()).optional(),
      confidence: z.number().optional(),
      score: z.number().optional().describe('of anomaly detection: the higher, the odder'),
      interval: z
        .union([pair, z.array(pair), z.record(z.string(), pair)])
        .optional()
        .describe('where asked for: lower and upper end, of several values those of each'),
    }),
  ),
});

const description = z.object({
  model,
  task: z.string(),
  deployed: z.boolean(),
  classes: z.array(z.string()).optional(),
  window: z
    .object({ least: z.number(), length: z.number() })
    .optional()
    .describe('rows of an instance, at least and at most, where instances are lists of rows'),
  inputs: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['number', 'boolean', 'date', 'category']),
      categories: z.array(z.string()).optional(),
      min: z.union([z.number(), z.string()]).optional(),
      max: z.union([z.number(), z.string()]).optional(),
      example: z.union([z.string(), z.number(), z.boolean()]).nullable(),
    }),
  ),
});

/** Predictions at once, and what a model wants to be asked. */
export function predictionEndpoints(directory: ModelDirectory, call: PredictCall): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: PREDICT_PATH,
      summary: 'Predict',
      description:
        'Scores up to 10,000 instances. Without `version` the deployed version answers, else the newest registered one.',
      tag: 'predictions',
      params: byModel,
      body: predictRequest,
      answer,
      handle: ({ request, response }) => call.handle(request, response),
    }),
    endpoint({
      method: 'get',
      path: PREDICT_PATH,
      summary: 'The features a model takes',
      tag: 'predictions',
      params: byModel,
      query: z.object({ version: z.string().optional() }),
      answer: description,
      handle: async ({ params, query }) => {
        const { route, model: loaded } = await directory.resolve(params.id, query.version);
        const { task, classes, window, inputs } = loaded.predictor;
        const { modelId, modelName, version, deployed } = route;
        return { model: { id: modelId, name: modelName, version }, task, deployed, classes, window, inputs };
      },
    }),
  ];
}
