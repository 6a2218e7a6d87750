import { StoreError } from '../errors.js';
import { checkPage, checkSchema, completeIndex, orderOf, schemaOf, type Test, testsOf } from '../schema.js';
import type { CollectionSchema, IndexValue, Query, Store, StoredDocument } from '../store.js';

/** `body` is kept as text: what goes in and out is a deep copy, and only plain JSON survives, as in a database. */
interface Row {
  readonly id: string;
  readonly revision: number;
  readonly index: Readonly<Record<string, IndexValue>>;
  readonly body: string;
}

interface Collection {
  readonly schema: CollectionSchema;
  readonly rows: Map<string, Row>;
}

/** A store in this process's memory: for the simulator and for tests. Every call takes effect at once, atomically. */
export class MemoryStore implements Store {
  readonly #collections = new Map<string, Collection>();
  #closed = false;

  async open(collections: readonly CollectionSchema[]): Promise<void> {
    for (const schema of collections) {
      checkSchema(schema);
      this.#collections.set(schema.name, { schema, rows: this.#collections.get(schema.name)?.rows ?? new Map() });
    }
    this.#closed = false;
  }

  async get(collection: string, id: string): Promise<StoredDocument | undefined> {
    const { schema, rows } = this.#of(collection);
    const row = rows.get(id);
    return row && toDocument(schema, row);
  }

  async insert(collection: string, document: StoredDocument): Promise<boolean> {
    const { schema, rows } = this.#of(collection);
    const row = toRow(schema, document);
    if (rows.has(row.id)) return false;
    rows.set(row.id, row);
    return true;
  }

  async replace(collection: string, document: StoredDocument, expectedRevision: number): Promise<boolean> {
    const { schema, rows } = this.#of(collection);
    const row = toRow(schema, document);
    if (rows.get(row.id)?.revision !== expectedRevision) return false;
    rows.set(row.id, row);
    return true;
  }

  async remove(collection: string, id: string, expectedRevision: number): Promise<boolean> {
    const { rows } = this.#of(collection);
    return rows.get(id)?.revision === expectedRevision && rows.delete(id);
  }

  async find(collection: string, query: Query): Promise<StoredDocument[]> {
    const { schema, rows } = this.#of(collection);
    checkPage(schema, query);
    const order = orderOf(schema, query);
    const offset = query.offset ?? 0;
    return matching(rows, testsOf(schema, query.where))
      .sort((a, b) => {
        for (const [field, direction] of order) {
          const difference = compare(fieldOf(a, field), fieldOf(b, field));
          if (difference !== 0) return direction === 'asc' ? difference : -difference;
        }
        return 0;
      })
      .slice(offset, offset + query.limit)
      .map((row) => toDocument(schema, row));
  }

  async count(collection: string, where?: Query['where']): Promise<number> {
    const { schema, rows } = this.#of(collection);
    return matching(rows, testsOf(schema, where)).length;
  }

  async ping(): Promise<void> {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'The store is closed.');
  }

  /** The documents stay, so that a simulated restart can open the store again. */
  async close(): Promise<void> {
    this.#closed = true;
  }

  #of(collection: string): Collection {
    if (this.#closed) throw new StoreError('STORE_CLOSED', 'The store is closed.');
    return schemaOf(this.#collections, collection);
  }
}

function toRow(schema: CollectionSchema, document: StoredDocument): Row {
  return {
    id: document.id,
    revision: document.revision,
    index: completeIndex(schema, document),
    body: JSON.stringify(document.body),
  };
}

function toDocument(schema: CollectionSchema, row: Row): StoredDocument {
  const index: Record<string, IndexValue> = {};
  for (const field of Object.keys(schema.fields)) index[field] = row.index[field] ?? null;
  return { id: row.id, revision: row.revision, index, body: JSON.parse(row.body) };
}

function matching(rows: ReadonlyMap<string, Row>, tests: readonly Test[]): Row[] {
  const found: Row[] = [];
  for (const row of rows.values()) if (tests.every((test) => passes(fieldOf(row, test.field), test))) found.push(row);
  return found;
}

function passes(value: IndexValue, test: Test): boolean {
  if (test.kind === 'in') return test.values.includes(value);
  if (value === null) return false;
  const difference = compare(value, test.value);
  if (test.kind === 'lt') return difference < 0;
  if (test.kind === 'lte') return difference <= 0;
  return test.kind === 'gt' ? difference > 0 : difference >= 0;
}

function fieldOf(row: Row, field: string): IndexValue {
  return field === 'id' ? row.id : (row.index[field] ?? null);
}

function compare(a: IndexValue, b: IndexValue): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
