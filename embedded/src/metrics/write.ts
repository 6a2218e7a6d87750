import { writeFileSync } from 'node:fs';
import { METRICS_PAGE, metricsPage } from './page.js';

/* Writes docs/metrics.md anew from the metrics' definitions: node embedded/dist/metrics/write.js */
writeFileSync(METRICS_PAGE, metricsPage());
