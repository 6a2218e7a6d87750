import { type AvroSchema, releasedSchemas, type StoredSchema, schemaCollection, schemaKey } from '@trainyard/contracts';
import type { Store } from '@trainyard/store';
import type { SubjectVersion } from './builtin-subjects.js';
import { hashOf, type ParsedSchema } from './parsed-schema.js';

/** Ids below belong to the schemas that come with the platform. */
const FIRST_ID = 10_000;
const MOST_SUBJECTS = 10_000;
const { name: collection } = schemaCollection;

const builtinIds = new Map(releasedSchemas.map(({ id, schema }) => [hashOf(schema), id]));
const builtinSchemas = new Map(releasedSchemas.map(({ id, schema }) => [id, schema]));

/** A user's versions of one subject; `revision` 0 when there are none yet. */
export interface SubjectRecord {
  readonly subject: string;
  readonly revision: number;
  readonly versions: readonly SubjectVersion[];
}

/** Schemas and subjects as documents; several processes may write at once. */
export class SchemaStorage {
  private opened: Promise<void> | undefined;

  constructor(private readonly documents: Store) {}

  async schemaOf(id: number): Promise<AvroSchema | undefined> {
    const builtin = builtinSchemas.get(id);
    if (builtin !== undefined) return builtin;
    const store = await this.store();
    return ((await store.get(collection, schemaKey(id)))?.body as StoredSchema | undefined)?.schema;
  }

  /** The id of a schema that is known already. */
  async idOf({ hash }: ParsedSchema): Promise<number | undefined> {
    const builtin = builtinIds.get(hash);
    if (builtin !== undefined) return builtin;
    const store = await this.store();
    return ((await store.get(collection, `hash/${hash}`))?.body as { readonly id: number } | undefined)?.id;
  }

  /** The id of a schema, the next free one when it is new. Ids are unique keys, so no two schemas can take the same. */
  async keep(parsed: ParsedSchema): Promise<number> {
    const known = await this.idOf(parsed);
    if (known !== undefined) return known;
    const store = await this.store();
    const kind = 'schema';
    const [last] = await store.find(collection, { where: { kind }, orderBy: [['number', 'desc']], limit: 1 });
    let id = Math.max(FIRST_ID, ((last?.index.number as number | undefined) ?? 0) + 1);
    const body: StoredSchema = { schema: parsed.schema };
    while (!(await store.insert(collection, { id: schemaKey(id), revision: 1, index: { kind, number: id }, body })))
      id++;
    const hash = { id: `hash/${parsed.hash}`, revision: 1, index: { kind: 'hash' }, body: { id } };
    if (await store.insert(collection, hash)) return id;
    // Somebody registered the same schema at the same time: theirs is its id, ours stays unused.
    return (await this.idOf(parsed)) ?? id;
  }

  async subject(subject: string): Promise<SubjectRecord> {
    const store = await this.store();
    const document = await store.get(collection, subjectKey(subject));
    const versions = (document?.body as { readonly versions: SubjectVersion[] } | undefined)?.versions ?? [];
    return { subject, revision: document?.revision ?? 0, versions };
  }

  async subjects(): Promise<SubjectRecord[]> {
    const store = await this.store();
    const found = await store.find(collection, { where: { kind: 'subject' }, limit: MOST_SUBJECTS });
    return found.map(({ revision, body }) => ({ ...(body as Omit<SubjectRecord, 'revision'>), revision }));
  }

  /** Answers false when another writer was faster. */
  async replaceSubject({ subject, revision, versions }: SubjectRecord): Promise<boolean> {
    const store = await this.store();
    const id = subjectKey(subject);
    const document = { id, revision: revision + 1, index: { kind: 'subject' }, body: { subject, versions } };
    return revision === 0 ? store.insert(collection, document) : store.replace(collection, document, revision);
  }

  private async store(): Promise<Store> {
    this.opened ??= this.documents.open([schemaCollection]).catch((error) => {
      this.opened = undefined;
      throw error;
    });
    await this.opened;
    return this.documents;
  }
}

function subjectKey(subject: string): string {
  return `subject/${subject}`;
}
