import { z } from 'zod';
import type { Endpoint } from './endpoint.js';

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable: programs may rely on it' },
    detail: { type: 'string', description: 'what is wrong and what to do' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

/** The OpenAPI 3.1 paths of some endpoints, from the schemas that validate their requests. */
export function pathsOf(endpoints: readonly Endpoint[]): Record<string, Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const definition of endpoints) {
    paths[definition.path] = { ...paths[definition.path], [definition.method]: operation(definition) };
  }
  return paths;
}

/** A whole OpenAPI 3.1 document. */
export function openApiDocument(
  title: string,
  version: string,
  paths: Record<string, unknown>,
): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: { title, version },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(definition: Endpoint): Record<string, unknown> {
  const answerKind = definition.answerKind ?? 'application/json';
  const answer = definition.answer ? { schema: jsonSchema(definition.answer, 'output') } : {};
  return {
    summary: definition.summary,
    ...(definition.description ? { description: definition.description } : {}),
    tags: [definition.tag],
    operationId: operationId(definition),
    parameters: [...parameters(definition.params, 'path'), ...parameters(definition.query, 'query')],
    ...(definition.body || definition.bodyKind === 'raw' ? { requestBody: requestBody(definition) } : {}),
    responses: {
      [String(definition.status ?? 200)]: { description: 'done', content: { [answerKind]: answer } },
      default: {
        description: 'a problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function requestBody(definition: Endpoint): Record<string, unknown> {
  if (definition.bodyKind === 'raw') {
    return {
      required: true,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    };
  }
  return {
    required: true,
    content: { 'application/json': { schema: jsonSchema(definition.body as z.ZodType, 'input') } },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): unknown[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
    ...(property.description ? { description: property.description } : {}),
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return rest;
}

function operationId({ method, path }: Endpoint): string {
  const words = path
    .replace(/[{}]/g, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word && word !== 'api' && word !== 'v1');
  return method + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}
