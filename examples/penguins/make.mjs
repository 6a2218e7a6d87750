// Makes penguins.csv from penguins.json of vega-datasets: node examples/penguins/make.mjs
import { readFile, writeFile } from 'node:fs/promises';

const source = new URL('../../node_modules/vega-datasets/data/penguins.json', import.meta.url);
const target = new URL('./penguins.csv', import.meta.url);

const columns = {
  island: 'Island',
  beak_length_mm: 'Beak Length (mm)',
  beak_depth_mm: 'Beak Depth (mm)',
  flipper_length_mm: 'Flipper Length (mm)',
  body_mass_g: 'Body Mass (g)',
  sex: 'Sex',
  species: 'Species',
};
const penguins = JSON.parse(await readFile(source, 'utf8'));
// One penguin's sex is recorded as a full stop: it is unknown.
const field = (value) => (value === null || value === '.' ? '' : String(value));
const lines = penguins.map((penguin) =>
  Object.values(columns)
    .map((name) => field(penguin[name]))
    .join(','),
);
await writeFile(target, `${[Object.keys(columns).join(','), ...lines].join('\n')}\n`);
