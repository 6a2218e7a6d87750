// npm run charts: writes charts/trainyard from the typed sources in deploy.
import path from 'node:path';
import { must, prepare, root } from './prepare.mjs';

prepare();
must(process.execPath, [path.join(root, 'deploy/dist/main.js')]);
