import type { Store } from '@trainyard/store';
import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';
import { parseSchema } from './parsed-schema.js';
import { invalidSchema, invalidVersion, RegistryError } from './registry-error.js';
import { SchemaRegistry, type VersionName } from './schema-registry.js';

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const readable = [MEDIA_TYPE, 'application/vnd.schemaregistry+json', 'application/json', 'application/octet-stream'];

type Answer = (request: Request) => unknown;

/**
 * The Confluent Schema Registry REST API (docs.confluent.io/platform/current/schema-registry/develop/api.html) as far as
 * serializers, deserializers and consoles call it: subjects, versions, ids, compatibility. Mount it under `/schemas`.
 */
export function schemaRoutes(store: Store): Router {
  const registry = new SchemaRegistry(store);
  const router = Router();
  const get = (path: string, answer: Answer) => router.get(path, respond(answer));
  const post = (path: string, answer: Answer) => router.post(path, respond(answer));
  router.use(express.json({ type: readable, limit: '1mb', strict: false }));

  get('/', () => ({}));
  get('/subjects', () => registry.subjects());
  get('/subjects/:subject/versions', async (request) =>
    (await registry.versions(subjectOf(request))).map(({ version }) => version),
  );
  get('/subjects/:subject/versions/:version', async (request) => {
    const subject = subjectOf(request);
    const { schema, ...found } = await registry.version(subject, versionOf(request));
    return { subject, ...found, schema: JSON.stringify(schema) };
  });
  get('/subjects/:subject/versions/:version/schema', async (request) => {
    const { schema } = await registry.version(subjectOf(request), versionOf(request));
    return schema;
  });
  post('/subjects/:subject/versions', async (request) => ({
    id: await registry.register(subjectOf(request), parseSchema(request.body)),
  }));
  post('/subjects/:subject', async (request) => {
    const subject = subjectOf(request);
    const { schema, ...found } = await registry.lookup(subject, parseSchema(request.body));
    return { subject, ...found, schema: JSON.stringify(schema) };
  });
  get('/schemas/types', () => ['AVRO']);
  get('/schemas/ids/:id', async (request) => ({ schema: JSON.stringify(await registry.schema(idOf(request))) }));
  get('/schemas/ids/:id/schema', (request) => registry.schema(idOf(request)));
  get('/schemas/ids/:id/versions', (request) => registry.uses(idOf(request)));
  get('/schemas/ids/:id/subjects', async (request) =>
    (await registry.uses(idOf(request))).map(({ subject }) => subject),
  );
  post('/compatibility/subjects/:subject/versions', (request) => compatibility(registry, request, 'all'));
  post('/compatibility/subjects/:subject/versions/:version', (request) =>
    compatibility(registry, request, versionOf(request)),
  );
  get('/config', () => ({ compatibilityLevel: 'BACKWARD' }));
  get('/config/:subject', (request) => ({ compatibilityLevel: registry.compatibilityOf(subjectOf(request)) }));
  get('/mode', () => ({ mode: 'READWRITE' }));
  get('/mode/:subject', () => ({ mode: 'READWRITE' }));

  router.use((request) => {
    throw new RegistryError(404, `HTTP 404 Not Found: this registry has no ${request.method} ${request.path}`);
  });
  router.use(answerErrors);
  return router;
}

async function compatibility(registry: SchemaRegistry, request: Request, version: VersionName | 'all') {
  const messages = await registry.check(subjectOf(request), version, parseSchema(request.body));
  const answer = { is_compatible: messages.length === 0 };
  return request.query.verbose === 'true' ? { ...answer, messages } : answer;
}

function respond(answer: Answer) {
  return async (request: Request, response: Response) => send(response, 200, await answer(request));
}

function send(response: Response, status: number, body: unknown): void {
  response.status(status).type(MEDIA_TYPE).send(JSON.stringify(body));
}

const answerErrors: ErrorRequestHandler = (error, _request, response, next) => {
  const known = registryErrorOf(error);
  if (!known) return next(error);
  send(response, known.status, { error_code: known.errorCode, message: known.message });
};

function registryErrorOf(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  const { type, retriable, message } = error as { type?: string; retriable?: boolean; message: string };
  if (type === 'entity.parse.failed') return invalidSchema(`the body is not valid JSON: ${message}`);
  if (type === 'entity.too.large') return invalidSchema('the body is larger than 1 MiB');
  return retriable ? new RegistryError(50001, `Error in the backend data store: ${message}`) : undefined;
}

function subjectOf(request: Request): string {
  return String(request.params.subject);
}

function idOf(request: Request): number {
  const id = Number(request.params.id);
  if (!Number.isInteger(id)) throw new RegistryError(404, 'HTTP 404 Not Found: a schema id is a whole number');
  return id;
}

function versionOf(request: Request): VersionName {
  const text = String(request.params.version);
  if (text === 'latest' || text === '-1') return 'latest';
  const version = Number(text);
  if (!Number.isInteger(version) || version < 1 || version > 2 ** 31 - 1) throw invalidVersion(text);
  return version;
}
