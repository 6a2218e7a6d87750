/** A form with the features of one model; asks it for a prediction and shows the answer. */
const id = decodeURIComponent(location.pathname.split('/').at(-2));
const path = `/api/v1/predict/${encodeURIComponent(id)}`;
const key = sessionStorage.getItem('trainyard.apiKey');
const headers = key ? { authorization: `Bearer ${key}` } : {};
const byId = (name) => document.getElementById(name);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

async function call(options) {
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}

function fail(error) {
  byId('answer').replaceChildren(element('p', { className: 'error' }, String(error.message ?? error)));
}

function field({ name, type, categories, min, max, example }) {
  const value = example ?? '';
  if (type === 'boolean' || (categories && categories.length <= 50)) {
    const choices = type === 'boolean' ? ['true', 'false'] : categories;
    const options = ['', ...choices].map((choice) =>
      element('option', { value: choice, selected: choice === String(value) }, choice),
    );
    return element('select', { name }, ...options);
  }
  const range = min === undefined ? '' : `${min} to ${max}`;
  return element('input', { name, value: String(value), placeholder: range, title: range });
}

/** An empty field is a missing feature. */
function typedValue(type, text) {
  if (text === '') return undefined;
  if (type === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

function show({ model, predictions: [answer] }) {
  const rows = Object.entries(answer.probabilities ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => {
      const bar = element('div', { className: 'bar' });
      bar.style.width = `${(100 * share).toFixed(1)}%`;
      return element('tr', {}, element('td', {}, name), element('td', {}, share.toFixed(4)), element('td', {}, bar));
    });
  byId('answer').replaceChildren(
    element(
      'h2',
      {},
      `Prediction: ${typeof answer.prediction === 'object' ? JSON.stringify(answer.prediction) : answer.prediction}`,
    ),
    element('p', { className: 'quiet' }, `${model.name}, version ${model.version}`),
    element('table', {}, ...rows),
    element('pre', {}, JSON.stringify(answer, null, 2)),
  );
}

try {
  const { model, task, window: rows, inputs } = await call({ headers });
  document.title = `Trainyard: ${model.name}`;
  byId('title').textContent = model.name;
  const repeated = rows ? `, the row stands for each of the ${rows.length} rows of a window` : '';
  byId('about').textContent = `${task}, version ${model.version}, ${inputs.length} features${repeated}`;
  const form = byId('form');
  form.append(
    ...inputs.map((input) => element('label', {}, input.name, field(input))),
    element('button', {}, 'Predict'),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = new FormData(form);
    const instance = {};
    for (const { name, type } of inputs) {
      const value = typedValue(type, values.get(name));
      if (value !== undefined) instance[name] = value;
    }
    const body = JSON.stringify({ instances: [rows ? new Array(rows.length).fill(instance) : instance] });
    await call({ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body }).then(show, fail);
  });
} catch (error) {
  fail(error);
}
