// npm run check: format, lint, import rules (Biome) and types (tsc), in seconds.
import path from 'node:path';
import { checkNode, install, must, root } from './prepare.mjs';

checkNode();
install();
const bin = (name) => path.join(root, 'node_modules/.bin', name);
must(bin('biome'), ['ci', '--error-on-warnings', '.']);
must(bin('tsc'), ['-b']);
must(bin('tsc'), ['-p', 'services/console', '--noEmit']);
console.log('check: format, lint, import rules and types are in order');
