import { StoreError } from './errors.js';
import { MemoryStore } from './memory/memory-store.js';
import type { Store } from './store.js';

/**
 * The store at an address: `mongodb://...`, `sqlite:PATH`, `sqlite::memory:` or `memory:`. Call open() on it next.
 * Drivers are loaded when they are needed, so that each process pays for one only.
 * @param url default `sqlite:.trainyard/trainyard.db`
 * @throws StoreError INVALID_STORE_URL
 */
export async function openStore(url = 'sqlite:.trainyard/trainyard.db'): Promise<Store> {
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    const { MongoStore } = await import('./mongo/mongo-store.js');
    return new MongoStore(url);
  }
  if (/^sqlite:./.test(url)) {
    const { SqliteStore } = await import('./sqlite/sqlite-store.js');
    return new SqliteStore(url.slice('sqlite:'.length));
  }
  if (url === 'memory:') return new MemoryStore();
  throw new StoreError(
    'INVALID_STORE_URL',
    `The store address must start with mongodb:// or sqlite:, not "${url.slice(0, url.indexOf(':') + 1) || url}".`,
  );
}
