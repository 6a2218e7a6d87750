import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Folders of schemas/ that hold no events of a context. */
const notContexts = new Set(['types', 'released']);

/**
 * Reads schemas/<context>/<EventName>.avsc and schemas/types/*.avsc.
 *
 * @returns events, sorted by context and name, each with `context`, `name`, `fullName`, `kind`, `source` (as written) and
 *   `schema` (self-contained: each shared record is defined where it is first used, and named from there on); and the
 *   shared records, by full name
 */
export function readEvents(folder) {
  const sources = new Map();
  const events = [];
  for (const context of readdirSync(folder, { withFileTypes: true })) {
    if (!context.isDirectory() || context.name === 'released') continue;
    for (const file of readdirSync(path.join(folder, context.name)).sort()) {
      const source = JSON.parse(readFileSync(path.join(folder, context.name, file), 'utf8'));
      const fullName = `${source.namespace}.${source.name}`;
      if (`${source.name}.avsc` !== file || source.namespace !== `io.trainyard.${context.name}`) {
        throw new Error(`${context.name}/${file} defines ${fullName}`);
      }
      sources.set(fullName, source);
      if (!notContexts.has(context.name)) events.push({ context: context.name, name: source.name, fullName, source });
    }
  }
  const short = [...sources.values()].map(({ name }) => name);
  const twice = short.find((name, i) => short.indexOf(name) !== i);
  if (twice) throw new Error(`two schemas are named ${twice}`);
  events.sort((a, b) => a.fullName.localeCompare(b.fullName));
  for (const event of events) {
    event.kind = kindOf(event.name);
    event.schema = inline(event.source, sources, new Set());
  }
  return { events, sources };
}

function kindOf(name) {
  if (name === 'TrainProgressed' || name === 'PredictionLogged') return 'telemetry';
  return name.endsWith('Requested') ? 'command' : 'fact';
}

function inline(schema, sources, defined) {
  if (Array.isArray(schema)) return schema.map((branch) => inline(branch, sources, defined));
  if (typeof schema === 'string') {
    if (!schema.includes('.') || defined.has(schema)) return schema;
    const source = sources.get(schema);
    if (!source) throw new Error(`no schema defines ${schema}`);
    return inline(source, sources, defined);
  }
  if (schema.type === 'record') {
    defined.add(`${schema.namespace}.${schema.name}`);
    return {
      ...schema,
      fields: schema.fields.map((field) => ({ ...field, type: inline(field.type, sources, defined) })),
    };
  }
  if (schema.type === 'array') return { ...schema, items: inline(schema.items, sources, defined) };
  if (schema.type === 'map') return { ...schema, values: inline(schema.values, sources, defined) };
  return schema;
}
