export { metricCatalogue } from './metrics/catalogue.js';
