import { mkdirSync, writeFileSync } from 'node:fs';
import { CONFIG_FOLDER, configFiles } from './files.js';

/* Writes config/ anew from the models' parameter schemas: node cli/dist/config/write.js */
mkdirSync(new URL('models/', CONFIG_FOLDER), { recursive: true });
for (const [path, text] of configFiles()) writeFileSync(new URL(path, CONFIG_FOLDER), text);
