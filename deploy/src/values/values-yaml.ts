import { type Document, isMap, parseDocument, stringify, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { innerOf } from './references.js';
import { valuesSchema } from './values.js';

/** values.yaml: every value with its default, under a comment that says what it is. */
export function valuesYaml(): string {
  const document = parseDocument(stringify(valuesSchema.parse({})));
  document.commentBefore =
    ' Generated from deploy/src/values by `npm run charts`. The profiles folder has three starting points.';
  comment(document.contents as YAMLMap, valuesSchema, document);
  return document.toString({ lineWidth: 0 });
}

function comment(map: YAMLMap, schema: z.ZodObject, document: Document): void {
  for (const pair of map.items) {
    const key = pair.key as { value: string; commentBefore?: string | null; spaceBefore?: boolean };
    const field = schema.shape[key.value] as z.ZodType | undefined;
    if (!field) continue;
    const about = descriptionOf(field);
    if (about) key.commentBefore = ` ${about}`;
    if (map === document.contents) key.spaceBefore = true;
    const inner = innerOf(field);
    if (inner instanceof z.ZodObject && isMap(pair.value)) comment(pair.value as YAMLMap, inner, document);
  }
}

/** A default wraps the schema that may carry the description. */
function descriptionOf(field: z.ZodType): string | undefined {
  if (field.description) return field.description;
  const wraps = field instanceof z.ZodDefault || field instanceof z.ZodPrefault;
  return wraps ? descriptionOf(field.unwrap() as z.ZodType) : undefined;
}
