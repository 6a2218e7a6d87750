import {
  builtinSchemas,
  confluentSchemas,
  layeredSchemas,
  type SchemaSource,
  storedSchemas,
} from '@trainyard/contracts';
import type { Store } from '@trainyard/store';
import type { PlatformSettings } from './config.js';

/** An external schema registry when one is named; else the released schemas and those that users registered with ours. */
export async function schemaSourceOf(store: Store, settings: PlatformSettings): Promise<SchemaSource> {
  if (settings.SCHEMA_REGISTRY_URL) return confluentSchemas(settings.SCHEMA_REGISTRY_URL);
  return layeredSchemas(builtinSchemas(), storedSchemas(store));
}
