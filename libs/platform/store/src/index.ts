export { StoreError, type StoreErrorCode } from './errors.js';
export { MemoryStore } from './memory/memory-store.js';
export { openStore } from './open-store.js';
export type { CollectionSchema, Condition, IndexValue, Query, Store, StoredDocument } from './store.js';
