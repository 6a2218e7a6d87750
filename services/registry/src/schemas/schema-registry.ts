import {
  type AvroSchema,
  checkBackward,
  currentSchema,
  type EventType,
  eventTypeOf,
  fullNameOf,
} from '@trainyard/contracts';
import type { Store } from '@trainyard/store';
import { builtinSubjects, type SubjectVersion } from './builtin-subjects.js';
import type { ParsedSchema } from './parsed-schema.js';
import { incompatible, schemaNotFound, subjectNotFound, versionNotFound } from './registry-error.js';
import { SchemaStorage } from './schema-storage.js';

export type VersionName = number | 'latest';

const ATTEMPTS = 20;

/**
 * Subjects, versions and schemas, with the meaning they have in the Confluent Schema Registry. The schemas of our own
 * events are there from the start.
 *
 * A new version must read what the latest one wrote (BACKWARD). Only one thing matters for a schema that has the name of
 * one of our events, in any subject: that we can read what it writes (FORWARD). So a producer may leave out fields it
 * does not need, and send several commands under the one subject of their topic.
 */
export class SchemaRegistry {
  private readonly storage: SchemaStorage;

  constructor(store: Store) {
    this.storage = new SchemaStorage(store);
  }

  async subjects(): Promise<string[]> {
    const stored = await this.storage.subjects();
    return [...new Set([...builtinSubjects.keys(), ...stored.map(({ subject }) => subject)])].sort();
  }

  /** @throws RegistryError 40401 */
  async versions(subject: string): Promise<readonly SubjectVersion[]> {
    const versions = allVersions(subject, (await this.storage.subject(subject)).versions);
    if (versions.length === 0) throw subjectNotFound(subject);
    return versions;
  }

  /** @throws RegistryError 40401, 40402 */
  async version(subject: string, name: VersionName): Promise<SubjectVersion & { readonly schema: AvroSchema }> {
    const versions = await this.versions(subject);
    const found = name === 'latest' ? versions.at(-1) : versions.find(({ version }) => version === name);
    if (!found) throw versionNotFound(Number(name));
    return { ...found, schema: await this.schema(found.id) };
  }

  /** @throws RegistryError 40403 */
  async schema(id: number): Promise<AvroSchema> {
    const schema = await this.storage.schemaOf(id);
    if (schema === undefined) throw schemaNotFound();
    return schema;
  }

  /** Where a schema is registered. */
  async uses(id: number): Promise<{ readonly subject: string; readonly version: number }[]> {
    await this.schema(id);
    const stored = new Map((await this.storage.subjects()).map(({ subject, versions }) => [subject, versions]));
    return (await this.subjects()).flatMap((subject) =>
      allVersions(subject, stored.get(subject) ?? [])
        .filter((version) => version.id === id)
        .map(({ version }) => ({ subject, version })),
    );
  }

  /** @throws RegistryError 40401, 40403 */
  async lookup(subject: string, parsed: ParsedSchema): Promise<SubjectVersion & { readonly schema: AvroSchema }> {
    const versions = await this.versions(subject);
    const id = await this.storage.idOf(parsed);
    const found = versions.find((version) => version.id === id);
    if (!found) throw schemaNotFound();
    return { ...found, schema: parsed.schema };
  }

  /**
   * The same schema again gets the same id.
   *
   * @throws RegistryError 409 when it is not compatible
   */
  async register(subject: string, parsed: ParsedSchema): Promise<number> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const record = await this.storage.subject(subject);
      const versions = allVersions(subject, record.versions);
      const known = await this.storage.idOf(parsed);
      if (known !== undefined && versions.some(({ id }) => id === known)) return known;
      const reasons = await this.conflicts(parsed, versions.slice(-1));
      if (reasons.length > 0) throw incompatible(reasons.join('; '));
      const id = await this.storage.keep(parsed);
      const version = (versions.at(-1)?.version ?? 0) + 1;
      if (await this.storage.replaceSubject({ ...record, versions: [...versions, { version, id }] })) return id;
    }
    throw Object.assign(new Error(`subject ${subject} is changed by too many writers at once; try again`), {
      code: 'CONTENTION',
      retriable: true,
    });
  }

  /**
   * Why a schema could not be registered; empty when it could.
   *
   * @throws RegistryError 40401, 40402
   */
  async check(subject: string, name: VersionName | 'all', parsed: ParsedSchema): Promise<string[]> {
    const against = name === 'all' ? await this.versions(subject) : [await this.version(subject, name)];
    return this.conflicts(parsed, against);
  }

  /** FORWARD for the built-in subjects, BACKWARD for all others. */
  compatibilityOf(subject: string): 'FORWARD' | 'BACKWARD' {
    return builtinSubjects.has(subject) ? 'FORWARD' : 'BACKWARD';
  }

  private async conflicts(parsed: ParsedSchema, against: readonly SubjectVersion[]): Promise<string[]> {
    const event = eventOf(parsed);
    if (event) return eventConflicts(parsed, event);
    const reasons: string[] = [];
    for (const { version, id } of against) {
      const result = checkBackward(parsed.schema, await this.schema(id));
      if (!result.compatible) reasons.push(`it cannot read version ${version} (${result.reason})`);
    }
    return reasons;
  }
}

/** A user's versions of one of our subjects come after ours; what a new release of ours adds comes after those. */
function allVersions(subject: string, stored: readonly SubjectVersion[]): readonly SubjectVersion[] {
  const builtin = builtinSubjects.get(subject) ?? [];
  const last = stored.at(-1)?.version ?? 0;
  const added = builtin.filter(({ id }) => !stored.some((version) => version.id === id));
  return [...stored, ...added.map(({ id }, i) => ({ id, version: last + 1 + i }))];
}

function eventOf({ name }: ParsedSchema): EventType | undefined {
  const type = name === undefined ? undefined : eventTypeOf(name);
  return type && fullNameOf(type) === name ? type : undefined;
}

/** A schema that we could not read is better refused here than by a dead letter for each message. */
function eventConflicts({ schema }: ParsedSchema, type: EventType): string[] {
  const result = checkBackward(currentSchema(type).schema, schema);
  return result.compatible ? [] : [`the platform could not read it as ${fullNameOf(type)} (${result.reason})`];
}
