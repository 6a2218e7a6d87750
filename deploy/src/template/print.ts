import { stringify } from 'yaml';
import { conditionOfKey } from './condition.js';
import { type Expression, goTemplate } from './expression.js';
import { expressionOf } from './mark.js';

/**
 * A manifest as a file of Helm's templates. `toJson` writes each value as YAML of its own kind, so that a number stays a
 * number and no text of a user can break out of its field.
 */
export function print(manifest: unknown, condition: Expression | undefined): string {
  const inserted: string[] = [];
  const plain = replaceMarks(manifest, inserted);
  const yaml = stringify(plain, { lineWidth: 0, aliasDuplicateObjects: false });
  const filled = yaml.replace(/["']?⟨(\d+)⟩["']?/g, (_, at) => `{{ toJson (${inserted[Number(at)]}) }}`);
  const printed = withConditions(filled.split('\n')).join('\n');
  return condition ? `{{- if ${goTemplate(condition)} }}\n${printed}{{- end }}\n` : printed;
}

function replaceMarks(field: unknown, inserted: string[]): unknown {
  const expression = expressionOf(field);
  if (expression) return `⟨${inserted.push(goTemplate(expression)) - 1}⟩`;
  if (Array.isArray(field)) return field.map((each) => replaceMarks(each, inserted));
  if (field === null || typeof field !== 'object') return field;
  const entries = Object.entries(field);
  return Object.fromEntries(
    entries.map(([key, value]) => [replaceMarks(key, inserted), replaceMarks(value, inserted)]),
  );
}

/** Turns each `~ifN:` block into its lines, one step less deep, between an `if` and an `end`. */
function withConditions(lines: readonly string[]): string[] {
  const printed: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, indent = '', key = ''] = /^( *)(~if\d+):$/.exec(line) ?? [];
    const condition = conditionOfKey(key);
    if (!condition) {
      printed.push(line);
      continue;
    }
    const deeper = `${indent}  `;
    const block: string[] = [];
    while (lines[at + 1]?.startsWith(deeper)) block.push((lines[++at] as string).slice(2));
    printed.push(`${indent}{{- if ${goTemplate(condition)} }}`, ...withConditions(block), `${indent}{{- end }}`);
  }
  return printed;
}
