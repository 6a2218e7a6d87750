import avro from 'avsc';

/** One message of every released schema, in the Confluent wire format, and what it says, as JSON. */
export function goldenFiles(released) {
  const files = new Map();
  for (const { id, event, schema } of released) {
    const type = avro.Type.forSchema(schema, { wrapUnions: 'never', omitRecordMethods: true });
    const data = example(type, event.name);
    const head = Buffer.alloc(5);
    head.writeInt32BE(id, 1);
    files.set(`${id}-${event.name}.bin`, Buffer.concat([head, type.toBuffer(data)]));
    files.set(`${id}-${event.name}.json`, `${JSON.stringify(data, null, 2)}\n`);
  }
  return files;
}

/** A value that shows every field and every branch that a container can hold; it depends on the schema alone. */
function example(type, name) {
  switch (type.typeName) {
    case 'record':
      return Object.fromEntries(type.fields.map((field) => [field.name, example(field.type, field.name)]));
    case 'map':
      return Object.fromEntries(branches(type.valuesType).map((branch, i) => [`${name}${i}`, example(branch, name)]));
    case 'array':
      return branches(type.itemsType).map((branch) => example(branch, name));
    case 'union:unwrapped':
      return example(
        branches(type).find(({ typeName }) => typeName !== 'null'),
        name,
      );
    case 'null':
      return null;
    case 'boolean':
      return true;
    case 'int':
      return -7 * name.length;
    case 'long':
      return 1_790_000_000_000 + name.length;
    case 'double':
      return 0.1 + name.length;
    case 'string':
      return `${name} ✓`;
    default:
      throw new Error(`no example for ${type.typeName}`);
  }
}

function branches(type) {
  return type.typeName === 'union:unwrapped' ? type.types : [type];
}
