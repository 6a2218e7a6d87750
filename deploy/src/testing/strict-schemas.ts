import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

interface Schemas {
  readonly kinds: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, object>>;
}

const { kinds, definitions } = JSON.parse(
  readFileSync(new URL('../../schemas/strict.json', import.meta.url), 'utf8'),
) as Schemas;
const ajv = new Ajv({ strict: false, allErrors: true, code: { regExp: goPattern() } });
const validators = new Map<string, ValidateFunction>();

/**
 * What is wrong with a manifest by the schemas of Kubernetes, KEDA and the Prometheus operator, where a field that they do
 * not know is wrong too; empty when nothing is.
 */
export function complaintsAbout(manifest: Record<string, unknown>): string[] {
  const kind = `${manifest.apiVersion}/${manifest.kind}`;
  const schema = kinds[kind];
  if (!schema) return [`there is no schema of ${kind}: add it to deploy/generate-schemas.mjs`];
  const validate = validators.get(kind) ?? ajv.compile({ ...schema, definitions });
  validators.set(kind, validate);
  validate(manifest);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${kind} ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The schemas come from Go, whose patterns may begin with `(?i)`: here that is a flag. */
function goPattern() {
  const compile = (pattern: string, flags: string) => {
    const [, ignoreCase, rest = pattern] = /^(\^?)\(\?i\)(.*)$/s.exec(pattern) ?? [];
    return ignoreCase === undefined ? new RegExp(pattern, flags) : new RegExp(ignoreCase + rest, `${flags}i`);
  };
  return Object.assign(compile, { code: 'goPattern' });
}
