import { conditionOfKey } from './condition.js';
import { evaluate, isTrue, type Release } from './expression.js';
import { expressionOf } from './mark.js';

/** A manifest with every mark and condition resolved for one release: what Helm makes of the template. */
export function render(field: unknown, release: Release): unknown {
  const expression = expressionOf(field);
  if (expression) return evaluate(expression, release);
  if (Array.isArray(field)) return field.map((each) => render(each, release));
  if (field === null || typeof field !== 'object') return field;
  const entries = Object.entries(field).flatMap(([key, value]): [string, unknown][] => {
    const condition = conditionOfKey(key);
    if (!condition) return [[String(render(key, release)), render(value, release)]];
    return isTrue(evaluate(condition, release)) ? Object.entries(render(value, release) as object) : [];
  });
  return Object.fromEntries(entries);
}
