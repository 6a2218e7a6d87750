import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldsIf, not } from './condition.js';
import type { Release } from './expression.js';
import { mark, releaseName, text } from './mark.js';
import { print } from './print.js';
import { render } from './render.js';

const value = <T>(path: string, like: T) =>
  mark<T>({ kind: 'value', path, type: typeof like === 'number' ? 'number' : 'other' }, like);
const release: Release = {
  name: 'r',
  namespace: 'n',
  values: { on: true, count: 2147483648, name: 'a "b" {{ c }}', list: [1, 2], map: { a: '1' }, key: 'x/y' },
};
const both = (field: unknown) => ({ template: print(field, undefined), value: render(field, release) });

describe('a field with a value of the release', () => {
  test('keeps its kind: numbers, lists and maps go in as JSON without quotes around it', () => {
    const { template, value: rendered } = both({
      count: value('count', 0),
      list: value('list', [0]),
      map: value('map', {}),
    });
    assert.equal(
      template,
      'count: {{ toJson (.Values.count) }}\nlist: {{ toJson (.Values.list) }}\nmap: {{ toJson (.Values.map) }}\n',
    );
    assert.deepEqual(rendered, { count: 2147483648, list: [1, 2], map: { a: '1' } });
  });

  test('within words is text, and large numbers are written as digits', () => {
    const { template, value: rendered } = both({ a: `100% of ${text(value('count', 0))} in ${releaseName}` });
    assert.equal(
      template,
      'a: {{ toJson (printf "100%% of %v in %v" (printf "%v" (toJson .Values.count)) (.Release.Name)) }}\n',
    );
    assert.deepEqual(rendered, { a: '100% of 2147483648 in r' });
  });

  test('may be a key, or the only item of a list', () => {
    const { template, value: rendered } = both({ [value('key', '')]: [value('name', '')] });
    assert.equal(template, '{{ toJson (.Values.key) }}:\n  - {{ toJson (.Values.name) }}\n');
    assert.deepEqual(rendered, { 'x/y': ['a "b" {{ c }}'] });
  });

  test("keeps braces that are not Helm's", () => {
    const { template, value: rendered } = both({ legend: 'lag of {{topic}} 100%' });
    assert.equal(template, 'legend: {{ toJson ("lag of {{topic}} 100%") }}\n');
    assert.deepEqual(rendered, { legend: 'lag of {{topic}} 100%' });
  });

  test('may be there only on a condition, also within another', () => {
    const on = value('on', true);
    const { template, value: rendered } = both({
      a: { b: 1, ...fieldsIf(on, { c: { d: 2, ...fieldsIf(not(on), { e: 3 }) } }) },
    });
    assert.equal(
      template,
      [
        'a:',
        '  b: 1',
        '  {{- if .Values.on }}',
        '  c:',
        '    d: 2',
        '    {{- if not (.Values.on) }}',
        '    e: 3',
        '    {{- end }}',
        '  {{- end }}',
        '',
      ].join('\n'),
    );
    assert.deepEqual(rendered, { a: { b: 1, c: { d: 2 } } });
  });
});
