export { renderChart } from './files.js';
export { releases } from './testing/releases.js';
export type { ValuesInput } from './values/values.js';
