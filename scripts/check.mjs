// npm run check: format, lint, import rules (Biome) and types (tsc), in seconds.
import { bin, checkNode, install, must } from './prepare.mjs';

checkNode();
install();
must(bin('biome'), ['ci', '--error-on-warnings', '.']);
must(bin('tsc'), ['-b']);
must(bin('tsc'), ['-p', 'services/console', '--noEmit']);
console.log('check: format, lint, import rules and types are in order');
