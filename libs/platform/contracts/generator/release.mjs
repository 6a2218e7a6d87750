import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import avro from 'avsc';

/**
 * Gives each new or changed schema the next id. Ids are never reused and released schemas stay as they are; a change
 * of documentation alone is no new version.
 *
 * @returns `ids` (full name -> ids, oldest first) and `released` ({ id, version, event, schema }, by id)
 * @throws when a changed schema cannot read what an earlier version wrote
 */
export function release(folder, { events }) {
  const file = path.join(folder, 'ids.json');
  const ids = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  let next = Math.max(0, ...Object.values(ids).flat()) + 1;
  const released = [];
  for (const event of events) {
    ids[event.fullName] ??= [];
    const versions = ids[event.fullName].map((id) => ({
      id,
      schema: JSON.parse(readFileSync(path.join(folder, 'released', `${id}.avsc`), 'utf8')),
    }));
    const latest = versions.at(-1);
    if (!latest || essence(latest.schema) !== essence(event.schema)) {
      for (const { id, schema } of versions) mustRead(event, id, schema);
      versions.push({ id: next, schema: event.schema });
      ids[event.fullName].push(next++);
    }
    for (const [i, { id, schema }] of versions.entries()) released.push({ id, version: i + 1, event, schema });
  }
  for (const name of Object.keys(ids)) {
    if (!events.some(({ fullName }) => fullName === name)) {
      throw new Error(`${name} was released with the ids ${ids[name].join(', ')}; keep its schema`);
    }
  }
  return { ids, released: released.sort((a, b) => a.id - b.id) };
}

/** The schema without its documentation, with sorted keys: equal for equal messages. */
function essence(schema) {
  return JSON.stringify(schema, (key, value) => {
    if (key === 'doc') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function mustRead(event, id, schema) {
  // Each schema gets options of its own, because avsc keeps the names it has seen in them.
  const typeOf = (each) => avro.Type.forSchema(each, { wrapUnions: 'never' });
  try {
    typeOf(event.schema).createResolver(typeOf(schema));
  } catch (error) {
    throw new Error(
      `${event.fullName} no longer reads released/${id}.avsc: ${error.message}. Give new fields a default.`,
    );
  }
}
