const banner = '// Written by generate.mjs from schemas/. Do not edit.\n';
const primitives = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  string: 'string',
};

/** src/generated/events.ts: an interface for every record, an input interface where defaults may be left out, the catalogue. */
export function eventsModule({ events, sources }) {
  const loose = looseRecords(sources);
  const interfaces = [...sources.keys()].sort().flatMap((fullName) => {
    const source = sources.get(fullName);
    const plain = interfaceOf(source, source.name, (name) => shortName(name), false);
    if (!loose.has(fullName)) return [plain];
    const inputName = (name) => shortName(name) + (loose.has(name) ? 'Input' : '');
    return [plain, interfaceOf(source, inputName(fullName), inputName, true)];
  });
  const inputs = events.map(
    ({ name, fullName }) => `  readonly ${name}: ${name}${loose.has(fullName) ? 'Input' : ''};`,
  );
  return [
    banner,
    ...interfaces,
    `/** The decoded data of each event. */\nexport interface EventData {\n${events.map(({ name }) => `  readonly ${name}: ${name};`).join('\n')}\n}\n`,
    `/** What a sender gives for each event: fields with a default may be left out. */\nexport interface EventInput {\n${inputs.join('\n')}\n}\n`,
    'export type EventType = keyof EventData;\n',
    `export type EventContext = ${unique(events.map(({ context }) => `'${context}'`)).join(' | ')};\n`,
    `/** Commands ask, facts tell, telemetry may be lost. */\nexport type EventKind = 'command' | 'fact' | 'telemetry';\n`,
    'export const eventCatalogue: { readonly [T in EventType]: { readonly context: EventContext; readonly kind: EventKind } } = {',
    ...events.map(({ name, context, kind }) => `  ${name}: { context: '${context}', kind: '${kind}' },`),
    '};\n',
  ].join('\n');
}

/** src/generated/schemas.ts: every released schema, self-contained. */
export function schemasModule(released) {
  const rows = released.map(
    ({ id, version, event, schema }) =>
      `  { id: ${id}, type: '${event.name}', version: ${version}, schema: ${JSON.stringify(schema)} },`,
  );
  return [
    banner,
    "import type { AvroSchema } from '../avro-schema.js';",
    "import type { EventType } from './events.js';\n",
    '/** A schema that was given an id; `version` counts from 1 for each event. */',
    'export interface ReleasedSchema {\n  readonly id: number;\n  readonly type: EventType;\n  readonly version: number;\n  readonly schema: AvroSchema;\n}\n',
    '/** Every released schema, by id; the last one of an event is the current one. */',
    'export const releasedSchemas: readonly ReleasedSchema[] = [',
    ...rows,
    '];\n',
  ].join('\n');
}

/** The records in which some field, at any depth, has a default other than null. */
function looseRecords(sources) {
  const loose = new Set();
  const isLoose = (type) => references(type).some((name) => loose.has(name));
  for (let before = -1; before !== loose.size; ) {
    before = loose.size;
    for (const [fullName, { fields }] of sources) {
      if (fields.some((field) => (field.default ?? null) !== null || isLoose(field.type))) loose.add(fullName);
    }
  }
  return loose;
}

function references(type) {
  if (Array.isArray(type)) return type.flatMap(references);
  if (typeof type === 'string') return type.includes('.') ? [type] : [];
  return type.type === 'array' ? references(type.items) : type.type === 'map' ? references(type.values) : [];
}

function interfaceOf(source, name, nameOf, input) {
  const fields = source.fields.map((field) => {
    const optional = 'default' in field && (field.default === null || input);
    return `${docOf(field, input)}  readonly ${field.name}${optional ? '?' : ''}: ${typeOf(field.type, nameOf)};\n`;
  });
  const doc = input
    ? `What a sender gives for {@link ${source.name}}: fields with a default may be left out.`
    : source.doc;
  return `${doc ? `/** ${doc} */\n` : ''}export interface ${name} {\n${fields.join('')}}\n`;
}

function docOf(field, input) {
  const hasDefault = 'default' in field && field.default !== null;
  const parts = [
    field.doc,
    field.type.logicalType === 'timestamp-millis' ? 'ms since 1970' : undefined,
    input && hasDefault ? `default ${JSON.stringify(field.default)}` : undefined,
  ].filter(Boolean);
  return parts.length > 0 ? `  /** ${parts.join('; ')} */\n` : '';
}

function typeOf(type, nameOf) {
  if (Array.isArray(type)) {
    const branches = unique(type.map((branch) => typeOf(branch, nameOf)));
    return [...branches.filter((branch) => branch !== 'null'), ...branches.filter((branch) => branch === 'null')].join(
      ' | ',
    );
  }
  if (typeof type === 'string') return primitives[type] ?? nameOf(type);
  if (type.type === 'array') return `readonly ${parenthesised(typeOf(type.items, nameOf))}[]`;
  if (type.type === 'map') return `Readonly<Record<string, ${typeOf(type.values, nameOf)}>>`;
  return typeOf(type.type, nameOf);
}

function parenthesised(type) {
  return type.includes('|') ? `(${type})` : type;
}

function shortName(fullName) {
  return fullName.slice(fullName.lastIndexOf('.') + 1);
}

function unique(values) {
  return [...new Set(values)];
}
