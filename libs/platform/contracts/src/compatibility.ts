import type { AvroSchema } from './avro-schema.js';
import { type AvroType, avroTypeOf } from './avro-types.js';

/** Whether one schema reads what another wrote, and if not, why. */
export type Compatibility = { readonly compatible: true } | { readonly compatible: false; readonly reason: string };

/**
 * Backward compatibility: everything written with the old schema can be read with the new one
 * (Avro 1.11, "Schema Resolution").
 *
 * @throws Error when one of them is not valid Avro
 */
export function checkBackward(newSchema: AvroSchema, oldSchema: AvroSchema): Compatibility {
  return readable(avroTypeOf(newSchema), avroTypeOf(oldSchema));
}

function readable(reader: AvroType, writer: AvroType): Compatibility {
  try {
    reader.createResolver(writer);
    return { compatible: true };
  } catch (error) {
    return { compatible: false, reason: (error as Error).message };
  }
}
