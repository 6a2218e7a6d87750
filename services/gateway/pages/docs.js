/** Shows /openapi.json: calls by tag, with their parameters, bodies, answers, and a form to try each. */
const key = () => sessionStorage.getItem('trainyard.apiKey');
const headers = () => (key() ? { authorization: `Bearer ${key()}` } : {});

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A JSON Schema in one readable piece of text. */
function sketch(schema, depth = 0) {
  if (!schema || typeof schema !== 'object') return 'any';
  const pad = '  '.repeat(depth + 1);
  if (schema.$ref) return schema.$ref.split('/').pop();
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map((one) => sketch(one, depth)).join(' | ');
  if (schema.type === 'array') return `[${sketch(schema.items, depth)}]`;
  if (schema.properties) {
    const required = new Set(schema.required ?? []);
    const lines = Object.entries(schema.properties).map(([name, property]) => {
      const mark = required.has(name) ? '' : '?';
      const standard = property.default === undefined ? '' : ` = ${JSON.stringify(property.default)}`;
      const words = property.description ? `   // ${property.description}` : '';
      return `${pad}${name}${mark}: ${sketch(property, depth + 1)}${standard}${words}`;
    });
    return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
  }
  if (schema.type === 'object') return `{ [name]: ${sketch(schema.additionalProperties, depth)} }`;
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
}

function contentOf(part) {
  return Object.entries(part?.content ?? {}).map(([type, { schema }]) => `${type}\n${sketch(schema)}`);
}

function tryForm(method, path, operation) {
  const fields = (operation.parameters ?? []).map((parameter) => {
    const input = element('input', { name: parameter.name, required: parameter.required });
    input.dataset.place = parameter.in;
    return element('label', {}, `${parameter.name} (${parameter.in})`, input);
  });
  const json = operation.requestBody?.content?.['application/json'];
  const body = json ? element('textarea', { rows: 6, value: '{}' }) : undefined;
  const output = element('pre', { hidden: true });
  const form = element(
    'form',
    {},
    ...fields,
    ...(body ? [body] : []),
    element('p', {}, element('button', {}, 'Send')),
    output,
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    let url = path;
    for (const input of form.querySelectorAll('input')) {
      if (input.dataset.place === 'path') url = url.replace(`{${input.name}}`, encodeURIComponent(input.value));
      else if (input.value) query.set(input.name, input.value);
    }
    const options = { method: method.toUpperCase(), headers: headers() };
    if (body)
      Object.assign(options, { body: body.value, headers: { ...options.headers, 'content-type': 'application/json' } });
    output.hidden = false;
    output.textContent = '…';
    try {
      const response = await fetch(query.size > 0 ? `${url}?${query}` : url, options);
      const text = await response.text();
      output.textContent = `${response.status}\n${pretty(text)}`;
    } catch (error) {
      output.textContent = String(error);
    }
  });
  return form;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function callElement(path, method, operation) {
  const parts = [];
  if (operation.description) parts.push(element('p', {}, operation.description));
  const rows = (operation.parameters ?? []).map((parameter) =>
    element(
      'tr',
      {},
      element('td', {}, element('code', {}, parameter.name)),
      element('td', {}, parameter.in),
      element('td', {}, sketch(parameter.schema)),
      element('td', { className: 'quiet' }, parameter.description ?? ''),
    ),
  );
  if (rows.length > 0) parts.push(element('table', {}, ...rows));
  for (const text of contentOf(operation.requestBody)) parts.push(element('p', {}, 'Body'), element('pre', {}, text));
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    if (status === 'default') continue;
    for (const text of contentOf(answer)) parts.push(element('p', {}, `Answer ${status}`), element('pre', {}, text));
  }
  const isStream = Object.values(operation.responses ?? {}).some(({ content }) => content?.['text/event-stream']);
  if (!isStream) parts.push(tryForm(method, path, operation));
  const summary = element(
    'summary',
    {},
    element('span', { className: 'method' }, method),
    element('code', {}, path),
    element('span', { className: 'quiet' }, operation.summary ?? ''),
  );
  return element('details', {}, summary, element('div', {}, ...parts));
}

const main = document.getElementById('calls');
try {
  const response = await fetch('/openapi.json', { headers: headers() });
  if (!response.ok) throw new Error((await response.json()).detail);
  const byTag = new Map();
  for (const [path, operations] of Object.entries((await response.json()).paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? 'other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), callElement(path, method, operation)]);
    }
  }
  main.replaceChildren(...[...byTag].flatMap(([tag, calls]) => [element('h2', {}, tag), ...calls]));
} catch (error) {
  main.replaceChildren(element('p', { className: 'error' }, String(error.message ?? error)));
}
