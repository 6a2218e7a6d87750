import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from './client.js';
import { type StartedPlatform, startPlatform } from './platform.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: object;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
type Document = {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** api.md's table: a promise. */
const promised = `
POST /api/v1/datasets
GET /api/v1/datasets
GET /api/v1/datasets/{id}
GET /api/v1/datasets/{id}/profile
POST /api/v1/models/train
GET /api/v1/models/jobs
GET /api/v1/models/jobs/{id}
GET /api/v1/models/jobs/{id}/events
DELETE /api/v1/models/jobs/{id}
GET /api/v1/models/
GET /api/v1/models/{id}
DELETE /api/v1/models/{id}
GET /api/v1/models/{id}/versions
GET /api/v1/models/{id}/lineage
GET /api/v1/models/{id}/metrics
GET /api/v1/models/{id}/importance
POST /api/v1/models/{id}/explain
POST /api/v1/models/compare
POST /api/v1/models/{id}/versions/{v}/stage
POST /api/v1/predict/{id}
POST /api/v1/predict/{id}/batch
GET /api/v1/predict/batches/{id}
GET /api/v1/predict/batches/{id}/result
GET /api/v1/experiments
POST /api/v1/experiments
GET /api/v1/experiments/{id}/runs
GET /api/v1/experiments/runs/{id}
GET /api/v1/experiments/runs/compare
POST /api/v1/experiments/{id}/runs
POST /ml/training/start
GET /ml/training/{id}/status
POST /ml/optimization/start
GET /ml/optimization/{id}/results
POST /ml/evaluation/evaluate
GET /ml/evaluation/{id}/metrics
POST /ml/deployment/deploy
GET /ml/deployment/{id}/status
POST /api/v1/events`;

const shape = (path: string) => path.replace(/\{\w+\}/g, '{}');

describe('/openapi.json', () => {
  let platform: StartedPlatform;
  let client: Client;
  let document: Document;
  before(async () => {
    platform = await startPlatform();
    client = new Client(platform.address);
    document = await client.must('GET', '/openapi.json');
  });
  after(() => platform?.stop());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
    );

  it('is an OpenAPI 3.1 document in which every part is in its place', () => {
    assert.match(document.openapi, /^3\.1\.\d$/);
    assert.ok(document.info.title && document.info.version);
    const ids = new Set<string>();
    for (const { path, method, operation } of operations()) {
      const name = `${method} ${path}`;
      assert.match(method, /^(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS|TRACE)$/);
      assert.ok(operation.operationId && !ids.has(operation.operationId), `${name}: operationId is unique`);
      ids.add(operation.operationId);
      assert.ok(operation.summary.length > 2, `${name} has a summary`);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      assert.deepEqual(described.map((parameter) => parameter.name).sort(), inPath.sort(), name);
      for (const parameter of described) assert.ok(parameter.required === true && parameter.schema, name);
      assert.ok(Object.keys(operation.responses).length > 0, name);
      for (const [status, { description }] of Object.entries(operation.responses)) {
        assert.match(status, /^([1-5]\d\d|default)$/);
        assert.equal(typeof description, 'string');
      }
    }
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    for (const [, reference] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      assert.ok(reference!.startsWith('#/'), reference);
      const parts = reference!.slice(2).split('/');
      const found = parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
      assert.ok(found, `${reference} is there`);
    }
  });

  it('describes every call that was promised', () => {
    const known = new Set(operations().map(({ path, method }) => `${method} ${shape(path)}`));
    for (const call of promised.trim().split('\n')) assert.ok(known.has(shape(call)), call);
  });

  it('describes only calls that are there', async () => {
    for (const { path, method } of operations()) {
      const concrete = path.replace(/\{\w+\}/g, 'none');
      const { body, status } = await client.call(method, concrete, method === 'POST' ? {} : undefined);
      assert.notEqual(body?.code, 'CALL_NOT_FOUND', `${method} ${path}`);
      assert.ok(status < 500 || status === 501, `${method} ${path} answered ${status}`);
    }
  });
});
