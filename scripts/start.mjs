// npm start: the whole platform in one process, on real data.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

prepare();
process.env.DATA_DIR ??= path.join(root, '.trainyard');
await import(pathToFileURL(path.join(root, 'embedded/dist/main.js')).href);
