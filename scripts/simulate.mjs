// npm run simulate -- --seeds N [--from SEED]
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

prepare();
await import(pathToFileURL(path.join(root, 'tests/dist/simulation/main.js')).href);
