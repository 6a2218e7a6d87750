import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { StoreError } from '../errors.js';
import { checkSchema, completeIndex, schemaOf } from '../schema.js';
import type { CollectionSchema, IndexValue, Query, Store, StoredDocument } from '../store.js';
import { findStatement, fromColumn, quote, toColumn, whereClause } from './sql.js';
import { toStoreError } from './sqlite-errors.js';

interface Table {
  readonly schema: CollectionSchema;
  readonly fields: readonly string[];
  readonly insert: string;
  readonly replace: string;
  readonly remove: string;
  readonly get: string;
}

type Row = Record<string, string | number | null>;

/** How long a call waits for another process's lock before STORE_LOCKED, in milliseconds. */
const BUSY_TIMEOUT = 5000;
/** Finds with many different lengths of `in` could fill the memory with statements. */
const STATEMENTS_KEPT = 500;

/**
 * A store in one SQLite file, or in memory with `:memory:`. Each call is one synchronous statement, so it takes
 * effect at once and atomically. Write-ahead log with `synchronous = NORMAL`: what was answered survives the death of
 * the process; a power cut may lose the last moments but never half a document (https://sqlite.org/wal.html).
 */
export class SqliteStore implements Store {
  readonly #path: string;
  readonly #tables = new Map<string, Table>();
  readonly #statements = new Map<string, Database.Statement>();
  #database: Database.Database | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async open(collections: readonly CollectionSchema[]): Promise<void> {
    for (const schema of collections) checkSchema(schema);
    this.#guard(() => {
      this.#database ??= connect(this.#path);
      for (const schema of collections) {
        createTable(this.#database, schema);
        this.#tables.set(schema.name, tableOf(schema));
      }
      // A statement prepared before a column was added does not know it.
      this.#statements.clear();
    });
  }

  async get(collection: string, id: string): Promise<StoredDocument | undefined> {
    const table = schemaOf(this.#tables, collection);
    const rows = this.#guard(() => this.#prepare(table.get).all(id) as Row[]);
    return rows[0] && toDocument(table, rows[0]);
  }

  async insert(collection: string, document: StoredDocument): Promise<boolean> {
    const table = schemaOf(this.#tables, collection);
    const values = valuesOf(table, document);
    return this.#guard(() => this.#prepare(table.insert).run(document.id, ...values).changes === 1);
  }

  async replace(collection: string, document: StoredDocument, expectedRevision: number): Promise<boolean> {
    const table = schemaOf(this.#tables, collection);
    const values = valuesOf(table, document);
    return this.#guard(() => this.#prepare(table.replace).run(...values, document.id, expectedRevision).changes === 1);
  }

  async remove(collection: string, id: string, expectedRevision: number): Promise<boolean> {
    const table = schemaOf(this.#tables, collection);
    return this.#guard(() => this.#prepare(table.remove).run(id, expectedRevision).changes === 1);
  }

  async find(collection: string, query: Query): Promise<StoredDocument[]> {
    const table = schemaOf(this.#tables, collection);
    const { sql, values } = findStatement(table.schema, query);
    const rows = this.#guard(() => this.#prepare(sql).all(...values) as Row[]);
    return rows.map((row) => toDocument(table, row));
  }

  async count(collection: string, where?: Query['where']): Promise<number> {
    const { schema } = schemaOf(this.#tables, collection);
    const { sql, values } = whereClause(schema, where);
    const rows = this.#guard(
      () => this.#prepare(`SELECT count(*) AS n FROM ${quote(schema.name)}${sql}`).all(...values) as Row[],
    );
    return Number(rows[0]!.n);
  }

  async ping(): Promise<void> {
    this.#guard(() => this.#prepare('SELECT 1').all());
  }

  async close(): Promise<void> {
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  #prepare(sql: string): Database.Statement {
    const kept = this.#statements.get(sql);
    if (kept) return kept;
    if (!this.#database) throw new StoreError('STORE_CLOSED', `The store ${this.#path} is closed.`);
    if (this.#statements.size >= STATEMENTS_KEPT) this.#statements.clear();
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw toStoreError(error, this.#path);
    }
  }
}

function connect(path: string): Database.Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    database.pragma('journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function createTable(database: Database.Database, schema: CollectionSchema): void {
  const name = quote(schema.name);
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${name} (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, body TEXT NOT NULL)`,
  );
  const present = new Set((database.pragma(`table_info(${name})`) as { name: string }[]).map((column) => column.name));
  for (const [field, type] of Object.entries(schema.fields)) {
    // Column by column, so that a newer version of a service can add a field to a table that exists.
    const affinity = { string: 'TEXT', number: 'REAL', boolean: 'INTEGER' }[type];
    if (!present.has(field)) database.exec(`ALTER TABLE ${name} ADD COLUMN ${quote(field)} ${affinity}`);
  }
  for (const index of schema.indexes) {
    const columns = index.includes('id') ? index : [...index, 'id'];
    database.exec(
      `CREATE INDEX IF NOT EXISTS ${quote(`${schema.name}_by_${index.join('_')}`)} ON ${name} (${columns.map(quote).join(', ')})`,
    );
  }
}

function tableOf(schema: CollectionSchema): Table {
  const name = quote(schema.name);
  const fields = Object.keys(schema.fields);
  const columns = ['revision', 'body', ...fields].map(quote);
  return {
    schema,
    fields,
    insert: `INSERT INTO ${name} (id, ${columns.join(', ')}) VALUES (?, ${columns.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`,
    replace: `UPDATE ${name} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ? AND revision = ?`,
    remove: `DELETE FROM ${name} WHERE id = ? AND revision = ?`,
    get: `SELECT * FROM ${name} WHERE id = ?`,
  };
}

function valuesOf(table: Table, document: StoredDocument): (string | number | null)[] {
  const index = completeIndex(table.schema, document);
  return [document.revision, JSON.stringify(document.body), ...table.fields.map((field) => toColumn(index[field]!))];
}

function toDocument(table: Table, row: Row): StoredDocument {
  const index: Record<string, IndexValue> = {};
  for (const field of table.fields) index[field] = fromColumn(table.schema.fields[field]!, row[field]!);
  return { id: row.id as string, revision: row.revision as number, index, body: JSON.parse(row.body as string) };
}
