import type { AvroSchema } from '../avro-schema.js';
import type { SchemaLookup } from './schema-source.js';

/**
 * Where the registry service keeps the schemas that users register: `schema/<id>` holds one, `hash/<sha256>` its id,
 * `subject/<name>` the versions of a subject.
 */
export const schemaCollection = {
  name: 'schemas',
  fields: { kind: 'string', number: 'number' },
  indexes: [['kind', 'number']],
} as const;

/** The key of one registered schema in {@link schemaCollection}. */
export const schemaKey = (id: number): string => `schema/${id}`;

/** What is kept of one registered schema. */
export interface StoredSchema {
  readonly schema: AvroSchema;
}

/** What is needed of a store: `@trainyard/store` has it. */
export interface SchemaDocuments {
  open(collections: readonly (typeof schemaCollection)[]): Promise<void>;
  get(collection: string, id: string): Promise<{ readonly body: unknown } | undefined>;
}

/** The schemas that users registered with our own registry service, read from its store. */
export function storedSchemas(store: SchemaDocuments): SchemaLookup {
  let opened: Promise<void> | undefined;
  const open = () => {
    opened ??= store.open([schemaCollection]).catch((error) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    async schemaOf(id) {
      await open();
      const document = await store.get(schemaCollection.name, schemaKey(id));
      return (document?.body as StoredSchema | undefined)?.schema;
    },
  };
}
