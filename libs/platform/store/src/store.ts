export type IndexValue = string | number | boolean | null;

/** One aggregate as one document. `index` holds the flat fields that queries use; `body` is plain JSON. */
export interface StoredDocument {
  readonly id: string;
  readonly revision: number;
  readonly index: Readonly<Record<string, IndexValue>>;
  readonly body: unknown;
}

/** What a collection holds: its index fields with their types, and the combinations of fields that queries use. */
export interface CollectionSchema {
  readonly name: string;
  readonly fields: Readonly<Record<string, 'string' | 'number' | 'boolean'>>;
  readonly indexes: readonly (readonly string[])[];
}

/**
 * What one field must be: a value (`null` matches a missing one), one of several values, or within a range.
 * A range never matches `null`.
 */
export type Condition =
  | IndexValue
  | { readonly in: readonly IndexValue[] }
  | {
      readonly lt?: number | string;
      readonly lte?: number | string;
      readonly gt?: number | string;
      readonly gte?: number | string;
    };

/** `id` is a field too. Ties are broken by `id`, `null` sorts before every value. */
export interface Query {
  readonly where?: Readonly<Record<string, Condition>>;
  readonly orderBy?: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
  readonly limit: number;
  readonly offset?: number;
}

/**
 * Documents with compare-and-set. Single-document updates, unique ids and indexed finds are all it offers, so that
 * every database can be an adapter. All methods throw {@link StoreError}.
 */
export interface Store {
  /** Creates what is missing: tables or collections, columns, indexes. Idempotent. */
  open(collections: readonly CollectionSchema[]): Promise<void>;
  get(collection: string, id: string): Promise<StoredDocument | undefined>;
  /** Answers false when the id exists already. */
  insert(collection: string, document: StoredDocument): Promise<boolean>;
  /** Compare-and-set: answers false when the document is at another revision, or gone. */
  replace(collection: string, document: StoredDocument, expectedRevision: number): Promise<boolean>;
  /** Answers false when the document is at another revision, or gone. */
  remove(collection: string, id: string, expectedRevision: number): Promise<boolean>;
  find(collection: string, query: Query): Promise<StoredDocument[]>;
  count(collection: string, where?: Query['where']): Promise<number>;
  /** Throws when the database cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
