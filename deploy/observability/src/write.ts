import { mkdirSync, writeFileSync } from 'node:fs';
import { GENERATED, generatedFiles } from './generated.js';

/* Writes generated/ anew: node deploy/observability/dist/write.js; then `npm run charts`. */
mkdirSync(new URL('dashboards/', GENERATED), { recursive: true });
for (const [path, text] of generatedFiles()) writeFileSync(new URL(path, GENERATED), text);
