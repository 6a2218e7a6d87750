import mongoose from 'mongoose';
import type { CollectionSchema, IndexValue } from '../store.js';

/** A document as it lies in MongoDB: readable in any MongoDB tool. */
export interface MongoDocument {
  readonly _id: string;
  readonly revision: number;
  readonly index: Readonly<Record<string, IndexValue>>;
  readonly body: unknown;
}

export type DocumentModel = mongoose.Model<MongoDocument>;

const TYPES = { string: String, number: Number, boolean: Boolean } as const;

/** The mongoose model of a collection, with its indexes made in the database. */
export async function createModel(connection: mongoose.Connection, schema: CollectionSchema): Promise<DocumentModel> {
  const index: Record<string, { type: unknown; default: null }> = {};
  for (const [field, type] of Object.entries(schema.fields)) index[field] = { type: TYPES[type], default: null };
  const definition = new mongoose.Schema(
    {
      _id: { type: String, required: true },
      revision: { type: Number, required: true },
      index: { type: new mongoose.Schema(index as mongoose.SchemaDefinition, { _id: false, minimize: false }) },
      body: { type: mongoose.Schema.Types.Mixed },
    },
    // Empty objects are data; the revision is ours, so mongoose's own version key would be a second one.
    { collection: schema.name, versionKey: false, minimize: false, autoIndex: false },
  );
  for (const fields of schema.indexes) {
    const paths = fields.map((field) => (field === 'id' ? '_id' : `index.${field}`));
    if (!paths.includes('_id')) paths.push('_id');
    definition.index(Object.fromEntries(paths.map((path) => [path, 1 as const])));
  }
  connection.deleteModel(new RegExp(`^${schema.name}$`));
  const model = connection.model(schema.name, definition) as unknown as DocumentModel;
  await model.createIndexes();
  return model;
}
