import mongoose from 'mongoose';
import { StoreError } from '../errors.js';
import { checkPage, checkSchema, completeIndex, orderOf, schemaOf, testsOf } from '../schema.js';
import type { CollectionSchema, IndexValue, Query, Store, StoredDocument } from '../store.js';
import { isDuplicateKey, toStoreError } from './mongo-errors.js';
import { createModel, type DocumentModel, type MongoDocument } from './mongo-model.js';

interface Collection {
  readonly schema: CollectionSchema;
  readonly model: DocumentModel;
}

/** How long a call looks for a server that can take it before STORE_UNAVAILABLE, in milliseconds. */
const SERVER_SELECTION_TIMEOUT = 5000;

/**
 * A store in MongoDB. It needs single-document updates, unique ids and indexed finds only: no transactions, change
 * streams or partial indexes. Writes wait for a majority of a replica set, so that a failover loses none.
 */
export class MongoStore implements Store {
  readonly #url: string;
  readonly #collections = new Map<string, Collection>();
  #connection: mongoose.Connection | undefined;
  #replicated = false;

  /** @param url `mongodb://` or `mongodb+srv://`; the database is the path of the address (default `trainyard`). */
  constructor(url: string) {
    this.#url = url;
  }

  async open(collections: readonly CollectionSchema[]): Promise<void> {
    for (const schema of collections) checkSchema(schema);
    await this.#guard(async () => {
      this.#connection ??= await connect(this.#url);
      const connection = this.#connection;
      // The old name of `hello`, which every server knows.
      const hello = await connection.db!.admin().command({ isMaster: 1 });
      this.#replicated = hello.setName !== undefined || hello.msg === 'isdbgrid';
      for (const schema of collections) {
        this.#collections.set(schema.name, { schema, model: await createModel(connection, schema) });
      }
    });
  }

  async get(collection: string, id: string): Promise<StoredDocument | undefined> {
    const { schema, model } = this.#of(collection);
    const found = await this.#guard(() => this.#read(model.findById(id)).lean<MongoDocument>().exec());
    return found === null ? undefined : toDocument(schema, found);
  }

  async insert(collection: string, document: StoredDocument): Promise<boolean> {
    const { schema, model } = this.#of(collection);
    const row = fromDocument(schema, document);
    return this.#guard(async () => {
      try {
        await model.insertMany([row], { lean: true });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    });
  }

  async replace(collection: string, document: StoredDocument, expectedRevision: number): Promise<boolean> {
    const { schema, model } = this.#of(collection);
    const row = fromDocument(schema, document);
    const result = await this.#guard(() =>
      model.replaceOne({ _id: document.id, revision: expectedRevision }, row).exec(),
    );
    return result.matchedCount === 1;
  }

  async remove(collection: string, id: string, expectedRevision: number): Promise<boolean> {
    const { model } = this.#of(collection);
    const result = await this.#guard(() => model.deleteOne({ _id: id, revision: expectedRevision }).exec());
    return result.deletedCount === 1;
  }

  async find(collection: string, query: Query): Promise<StoredDocument[]> {
    const { schema, model } = this.#of(collection);
    checkPage(schema, query);
    // To MongoDB a limit of 0 is no limit.
    if (query.limit === 0) return [];
    const sort = orderOf(schema, query).map(([field, direction]): [string, 1 | -1] => [
      pathOf(field),
      direction === 'asc' ? 1 : -1,
    ]);
    const found = await this.#guard(() =>
      this.#read(model.find(filterOf(schema, query.where)))
        .sort(sort)
        .skip(query.offset ?? 0)
        .limit(query.limit)
        .lean<MongoDocument[]>()
        .exec(),
    );
    return found.map((row) => toDocument(schema, row));
  }

  async count(collection: string, where?: Query['where']): Promise<number> {
    const { schema, model } = this.#of(collection);
    return this.#guard(() => this.#read(model.countDocuments(filterOf(schema, where))).exec());
  }

  async ping(): Promise<void> {
    await this.#guard(async () => {
      if (!this.#connection) throw new StoreError('STORE_CLOSED', 'The store is closed.');
      await this.#connection.db!.admin().command({ ping: 1 });
    });
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#collections.clear();
    await connection?.destroy();
  }

  #of(collection: string): Collection {
    if (!this.#connection) throw new StoreError('STORE_CLOSED', 'The store is closed.');
    return schemaOf(this.#collections, collection);
  }

  /** What a majority has not stored may still be rolled back, so nobody may act on it. */
  #read<Q extends { readConcern(level: 'majority'): Q }>(query: Q): Q {
    return this.#replicated ? query.readConcern('majority') : query;
  }

  async #guard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toStoreError(error, this.#url);
    }
  }
}

async function connect(url: string): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(url, {
    serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT,
    connectTimeoutMS: SERVER_SELECTION_TIMEOUT,
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    appName: 'trainyard',
    ...(/^[^/]+\/\/[^/?]+\/[^?]/.test(url) ? {} : { dbName: 'trainyard' }),
    ...(/[?&]w=/.test(url) ? {} : { writeConcern: { w: 'majority' as const } }),
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.destroy().catch(() => undefined);
    throw error;
  }
}

function pathOf(field: string): string {
  return field === 'id' ? '_id' : `index.${field}`;
}

function filterOf(schema: CollectionSchema, where: Query['where']): Record<string, Record<string, unknown>> {
  const filter: Record<string, Record<string, unknown>> = {};
  for (const test of testsOf(schema, where)) {
    const condition = test.kind === 'in' ? { $in: test.values } : { [`$${test.kind}`]: test.value };
    filter[pathOf(test.field)] = { ...filter[pathOf(test.field)], ...condition };
  }
  return filter;
}

function fromDocument(schema: CollectionSchema, document: StoredDocument): MongoDocument {
  return {
    _id: document.id,
    revision: document.revision,
    index: completeIndex(schema, document),
    // Only plain JSON may go in, as in the other stores: no undefined, dates or class instances.
    body: JSON.parse(JSON.stringify(document.body)),
  };
}

function toDocument(schema: CollectionSchema, row: MongoDocument): StoredDocument {
  const index: Record<string, IndexValue> = {};
  for (const field of Object.keys(schema.fields)) index[field] = row.index[field] ?? null;
  return { id: row._id, revision: row.revision, index, body: row.body };
}
